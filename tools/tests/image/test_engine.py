import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.image.engine import Engine, find, fitted

AddProgram = Callable[[str, str], None]

PICKY = """\
case "$*" in
*build*) [ -n "${{CONTAINERS_CONF:-}}" ] || {build}; echo image ;;
run*) case "$*" in *--network=host*) ;; *) {run} ;; esac ;;
esac
"""
REFUSE = "{ echo no >&2; exit 1; }"


@pytest.fixture
def add_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddProgram:
    """Writes a shell program onto a PATH where no engine is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("env", "sh"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))

    def add(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return add


def test_the_first_engine_that_answers_is_taken(add_program: AddProgram) -> None:
    """A docker whose daemon does not run is none."""
    add_program("docker", "echo no daemon >&2; exit 1")
    add_program("podman", "exit 0")
    assert find() == Engine("podman")
    add_program("podman", "exit 1")
    add_program("docker", "exit 0")
    assert find() == Engine("docker")


def test_without_an_engine_it_says_what_to_install(add_program: AddProgram) -> None:
    """And why each one would not do."""
    add_program("docker", "echo no daemon >&2; exit 1")
    with pytest.raises(Failed, match=r"(?s)podman is not installed.*no daemon.*apt-get install .*podman"):
        find()
    with pytest.raises(Failed, match="docker info"):
        find("docker")


@pytest.mark.parametrize(
    ("build", "run", "has_network", "has_settings"),
    [
        ("true", "true", True, False),
        ("true", REFUSE, False, False),
        (REFUSE, REFUSE, False, True),
    ],
    ids=["a plain machine", "no network of its own", "lower limits"],
)
def test_it_is_told_no_more_than_it_needs(
    add_program: AddProgram, tmp_path: Path, build: str, run: str, *, has_network: bool, has_settings: bool
) -> None:
    """Each way is tried by building and running something."""
    add_program("podman", PICKY.format(build=build, run=run))
    fit = fitted(Engine("podman"), "base", tmp_path / "folder")
    assert (fit.has_network, fit.settings is not None) == (has_network, has_settings)
    if fit.settings:
        assert 'runtime = "runc"' in fit.settings.read_text()


def test_an_engine_that_can_run_nothing_says_why(add_program: AddProgram, tmp_path: Path) -> None:
    """Every way's reason."""
    add_program("docker", "echo $0 refuses >&2; exit 1")
    with pytest.raises(
        Failed, match=r"(?s)docker cannot run a container here:.*docker refuses.*docker refuses"
    ):
        fitted(Engine("docker"), "base", tmp_path)


def test_a_warning_is_no_part_of_an_answer(add_program: AddProgram) -> None:
    """Some engines warn on each call."""
    add_program("podman", "echo careful >&2; echo 12")
    assert Engine("podman")("image", "inspect") == "12"


def test_a_port_is_never_open_to_others() -> None:
    """Neither with a network of its own nor with the machine's."""
    own, shared = Engine("podman").network(1234), Engine("podman", has_network=False).network(1234)
    assert own == ("--publish=127.0.0.1:1234:8080",)
    assert {"--env=OGROM_HOST=127.0.0.1", "--env=OGROM_PORT=1234"} < set(shared)
    assert os.environ.get("OGROM_HOST") is None
