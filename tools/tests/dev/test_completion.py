import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ogrom_tools.dev.completion import PROJECTS, SHELLS, candidates
from ogrom_tools.dev.sessions import sessions
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.test.suites import BENCH, DOCS

SECONDS = 60.0
"""A far bound."""

CLICKS = (
    *(
        "affected",
        "api",
        "api-diff",
        "check",
        "client",
        "contract",
        "contract-diff",
        "deploy",
        "image",
        "index",
        "pin",
        "prove",
    ),
    *(
        "publish",
        "push",
        "rehearse",
        "release",
        "serve",
        "status",
        "summary",
        "test",
        "tox",
        "verify",
        "wheels",
        "yank",
    ),
)
"""The sessions whose arguments click reads."""


def test_a_session_is_completed_with_its_sentence() -> None:
    """And the first word may be any of them."""
    found = sessions((ROOT / "noxfile.py").read_text())
    assert candidates(ROOT, ("ver",)) == {"verify": found["verify"]}
    assert candidates(ROOT, ("",)) == candidates(ROOT, ()) == found


def test_projects_are_completed_where_a_session_takes_them() -> None:
    """All that it takes, as the session itself would find them."""
    workspace = discover()
    libraries = {each.name for each in workspace.libraries}
    assert PROJECTS.keys() <= candidates(ROOT, ("",)).keys()
    assert candidates(ROOT, ("test", "")).keys() == workspace.names | {BENCH, DOCS}
    assert candidates(ROOT, ("tox", "")).keys() == {each.name for each in workspace.released}
    assert candidates(ROOT, ("pin", "")).keys() == libraries
    train = {each.name for each in workspace.train}
    assert all(candidates(ROOT, (each, "")).keys() == train for each in ("release", "yank"))


def test_what_is_named_is_not_offered_again() -> None:
    """Nor is a second project where there is one only, or any behind an option."""
    libraries = {each.name for each in discover().libraries}
    assert candidates(ROOT, ("pin", "core", "1.2.3", "")).keys() == libraries - {"core"}
    assert not candidates(ROOT, ("release", "core", ""))
    assert not candidates(ROOT, ("test", "core", "-k", ""))


def test_the_shells_are_completed() -> None:
    """Those there is a script for."""
    assert tuple(candidates(ROOT, ("completion", ""))) == SHELLS
    assert {each.suffix[1:] for each in (ROOT / "tools" / "completion").iterdir()} == set(SHELLS)


def test_what_nobody_knows_is_left_to_the_shell() -> None:
    """It offers files then."""
    assert not candidates(ROOT, ("no-session", ""))
    assert not candidates(ROOT, ("conformance", ""))


@pytest.mark.slow
@pytest.mark.parametrize("session", CLICKS)
def test_options_are_those_that_click_knows(session: str) -> None:
    """Each program is asked by the name that it has for itself."""
    assert "--help" in candidates(ROOT, (session, "--"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("api", "ro"), {"routes"}),
        (("api", "--tree", "ro"), {"routes"}),
        (("api", "routes", "--j"), {"--json"}),
        (("serve", "--d"), {"--database", "--demo-products"}),
        (("serve", "--tr"), {"--tree"}),
        (("image", "--base", ""), {"python", "debian", "any"}),
        (("deploy", "sta"), {"status"}),
        (("prove", "pr"), {"properties"}),
    ],
)
def test_commands_and_values_are_completed_too(words: tuple[str, ...], expected: set[str]) -> None:
    """As far down as click goes."""
    assert candidates(ROOT, words).keys() == expected


def test_a_script_needs_nothing_but_the_checkout(tmp_path: Path) -> None:
    """A shell that starts must not wait until an environment is made."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "dev", tmp_path)
    shutil.copytree(ROOT / "tools" / "completion", tmp_path / "tools" / "completion")
    done = subprocess.run([tmp_path / "dev", "completion", "fish"], check=True, capture_output=True)
    assert done.stdout == (ROOT / "tools" / "completion" / "dev.fish").read_bytes()
    assert not (tmp_path / ".venv").exists()
    wrong = subprocess.run([tmp_path / "dev", "completion"], check=False, capture_output=True, text=True)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "bash, zsh or fish" in wrong.stderr


@contextmanager
def terminal(command: Sequence[str], folder: Path, home: Path) -> Iterator[int]:
    """A program with a terminal of its own; its other end."""
    ours, theirs = pty.openpty()
    environment = {"HOME": str(home), "ZDOTDIR": str(home), "PATH": os.environ["PATH"], "TERM": "dumb"}
    process = subprocess.Popen(
        ("setsid", "--ctty", *command),
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read_until(descriptor: int, pattern: str) -> str:
    """What a terminal shows until the pattern is in it, or all that it did show."""
    shown, end = "", time.monotonic() + SECONDS
    while not re.search(pattern, shown) and time.monotonic() < end:
        if select.select([descriptor], [], [], 1.0)[0]:
            shown += os.read(descriptor, 4096).decode(errors="replace")
    return shown


def pressed_in(shell: Sequence[str]) -> Callable[[str, Path, Path], bool]:
    """Whether Tab makes a line of this; the line is shown by an `echo` put before it."""

    def press(line: str, folder: Path, home: Path) -> bool:
        begun, name = line[:-2], shell[0]
        (home / f".{name}rc").write_text(f"PS1='READY> '\neval \"$('{ROOT}/dev' completion {name})\"\n")
        with terminal(shell, folder, home) as screen:
            read_until(screen, "READY> ")
            os.write(screen, f"{begun}\t\x01echo '<' \x05 '>'\r".encode())
            return f"< {line} >" in read_until(screen, r"(?m)^< .* >")

    return press


def asked_fish(line: str, folder: Path, home: Path) -> bool:
    """Whether fish offers the line's last word."""
    script = "./dev completion fish | source; complete --do-complete $argv[1]"
    done = subprocess.run(
        ("fish", "--no-config", "--command", script, line[:-2]),
        cwd=folder,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )
    return line.rpartition(" ")[2] in [each.partition("\t")[0] for each in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("line", ["./dev affected", "./dev release protocols", "./dev verify --pinned"])
@pytest.mark.parametrize(
    "completes",
    [
        pytest.param(pressed_in(("bash", "-i")), id="bash"),
        pytest.param(pressed_in(("zsh", "-i")), id="zsh"),
        pytest.param(asked_fish, id="fish"),
    ],
)
def test_a_shell_completes(completes: Callable[[str, Path, Path], bool], line: str, tmp_path: Path) -> None:
    """By the one line in its rc file that README.md tells."""
    assert completes(line, ROOT, tmp_path)
