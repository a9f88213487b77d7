"""A throw-away clone of this repository, in which releases are made by `./dev` as people make them."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.api.comparison import cache
from ogrom_tools.command import run
from ogrom_tools.contracts.judge import Judgement
from ogrom_tools.git import Repository
from ogrom_tools.ledger import WHEEL, Ledger, Release
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.release.making import CONFIGURATION
from ogrom_tools.test.wheels import copy_tracked
from ogrom_tools.testing.checkout import Checkout
from ogrom_tools.testing.workshop import Script, Workshop
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

DEADLINE = 1200
"""Seconds after which a command hangs."""

SERVICE = "services/api-run/pyproject.toml"

FEW = {
    "libs/sources": ("sql/test_tables.py", "sql/test_prefetch.py"),
    "libs/catalogue": ("test_cells.py",),
    "libs/client": ("test_calls.py",),
    "libs/core": ("test_products.py",),
    "libs/operations": ("test_command_line.py",),
    "services/api-run": ("test_app.py", "test_home.py"),
}
"""The tests that these have in the clone; all of them run elsewhere, and would take minutes here."""


@dataclass(frozen=True)
class Clone(Checkout):
    """A clone, and how long each command in it took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def origin(self) -> Repository:
        """What everybody has."""
        return Repository(self.root.parent / "origin")

    def last(self, library: str) -> Release:
        release = self.ledger.last(library)
        assert release, f"{library} has no release"
        return release

    def edit(self, place: str, old: str, new: str) -> None:
        """Replace a text that stands in a file once."""
        file = self.root / place
        text = file.read_text()
        assert text.count(old) == 1, f"{place} has {text.count(old)} times {old!r}"
        file.write_text(text.replace(old, new))

    def commit(self, library: str, change: str) -> None:
        """Commit what was edited, with a line in a library's changelog."""
        title = "## [Unreleased]\n"
        self.edit(f"libs/{library}/CHANGELOG.md", title, f"{title}\n### Added\n\n- {change}\n")
        self.repository("commit", "--all", "--quiet", f"--message={change}")

    def dev(self, *arguments: str) -> str:
        """What a session prints that succeeds."""
        code, printed = self._run(*arguments)
        assert code == 0, printed
        return printed

    def refused(self, *arguments: str) -> str:
        """What a session prints that fails."""
        code, printed = self._run(*arguments)
        assert code != 0, printed
        return printed

    def json(self, *arguments: str) -> Any:
        """What a session prints for machines, below nox's own line."""
        printed = self.dev(*arguments, "--json")
        begin = re.search(r"^[\[{]", printed, re.MULTILINE)
        assert begin, printed
        return json.JSONDecoder().raw_decode(printed, begin.start())[0]

    def _run(self, *arguments: str) -> tuple[int, str]:
        start = time.monotonic()
        with self.started(*arguments) as process:
            printed, _ = process.communicate(timeout=DEADLINE)
        self.seconds[f"./dev {' '.join(arguments)}"] = time.monotonic() - start
        return process.returncode, printed

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A session that runs, and nothing of it outlives the block."""
        with subprocess.Popen(
            [self.root / "dev", *arguments],
            cwd=self.root,
            env=environment(),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def environment() -> Mapping[str, str]:
    """This one, without what the tests' own environment sets for us."""
    ours = {
        key: value for key, value in os.environ.items() if not key.startswith(("OGROM_", "PYTEST_", "NOX_"))
    }
    return {**ours, "COLUMNS": "200"}


def throw_away_clone(folder: Path, port: int) -> Clone:
    """A clone in which nothing has changed since its last releases, with an origin beside it.

    Args:
        folder: where it goes; it does not exist yet.
        port: a free one, for its index.
    """
    clone = Clone(folder)
    run("git", "clone", "--quiet", str(ROOT), str(clone.root))
    author = {"user.name": "An Author", "user.email": "author@example.org", "commit.gpgsign": "false"}
    for key, value in author.items():
        clone.repository("config", key, value)
    copy_tracked(ROOT, clone.root)  # what is not committed yet is played too
    for each in clone.workspace.train:
        shutil.rmtree(each.folder)
        if release := clone.ledger.last(each.name):  # the first release of a new one is another story
            clone.repository.export(release.tree, each.folder)
            if each.is_library:
                shutil.copy(ROOT / "libs" / each.name / CONFIGURATION, each.folder)  # it is the train's own
    clone.edit(SERVICE, "127.0.0.1:8418", f"127.0.0.1:{port}")
    forget_old_releases(clone)
    clone.repository("switch", "--quiet", "--force-create", "main")
    clone.repository("add", "--all")
    clone.repository("commit", "--quiet", "--message=Begin where the last releases are")
    run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(clone.origin.root))
    clone.repository("remote", "set-url", "origin", str(clone.origin.root))
    clone.repository("push", "--quiet", "--tags", "--set-upstream", "origin", "main")
    share(clone)
    leave_few_tests(clone)
    return clone


def forget_old_releases(clone: Clone) -> None:
    """Keep the last of each project and what the service pins: each one in the ledger is built from history."""
    ledger = clone.ledger
    lasts = {ledger.last(each.name) for each in clone.workspace.train}
    pins = {ledger.find(name, str(version)) for name, version in read(clone.workspace["api-run"]).items()}
    Ledger(tuple(each for each in ledger if each in lasts | pins)).write(clone.root)


def share(clone: Clone) -> None:
    """Give the clone our workbench, and what we have built of history and read of Python.

    It looks itself whether those are what they should be: the workbench by its stamp, wheels by their hashes.
    """
    workbench = shutil.copytree(ROOT / ".venv", clone.root / ".venv", symlinks=True)
    for file in (workbench / "stamp", *(workbench / "bin").iterdir()):
        if not file.is_symlink() and (text := file.read_bytes()).startswith((b"#!", bytes(ROOT))):
            file.write_bytes(text.replace(bytes(ROOT), bytes(clone.root)))
    ours, theirs = Wheelhouse(discover(ROOT)), Wheelhouse(clone.workspace)
    for release, wheel in ours.wheels(each for each in clone.ledger if each.kind == WHEEL).items():
        theirs.keep(release, Wheel.read(wheel))
    cache(ours.workspace).mkdir(parents=True, exist_ok=True)
    cache(clone.workspace).symlink_to(cache(ours.workspace))


def leave_few_tests(clone: Clone) -> None:
    """Release the libraries with them: a release runs the tests that belong to the last ones of its dependents.

    Their code is the same, so neither is compared with the last one.
    """
    for place, kept in FEW.items():
        tests = clone.root / place / "tests"
        for file in tests.rglob("test_*.py"):
            if file.relative_to(tests).as_posix() not in kept:
                file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        Script(findings=()).replace(patch)
        patch.setattr("ogrom_tools.release.plan.judging", lambda *_: nullcontext(lambda name: Judgement))
        names = [Path(place).name for place in FEW if place.startswith("libs/")]
        for name in names:
            clone.commit(name, "Fewer tests.")
        Workshop(clone.root).release(*(f"{name}=patch" for name in names))
