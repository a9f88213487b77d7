"""The environments in .nox that the sessions share; nox would make one for each session, which takes minutes.

`test` holds the work tree: every project, editable, and what checks them. `run` holds what production runs on:
the releases that the service pins. `bench` holds what Ogrom is measured beside.
"""

import fcntl
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ogrom_tools.command import Failed, run, uv
from ogrom_tools.progress import say
from ogrom_tools.projects import PREFIX, Workspace

PINNED = re.compile(rf"requires `{PREFIX}[^`]*==[^`]*`, but `")
"""How `uv pip check` says that another version is there than the one that is pinned."""


class Contents(Protocol):
    """What is to be in an environment."""

    @property
    def files(self) -> Sequence[Path]:
        """The files that decide what is installed."""
        ...

    def install(self, python: Path) -> None:
        """Put in what is new and remove what is not wanted.

        What stays is not touched, as a program may be running from it.

        Raises:
            Failed: it could not.
        """
        ...


@dataclass(frozen=True)
class Environment:
    """A virtual environment in a checkout, made again when what decides its contents changes."""

    folder: Path
    contents: Contents
    interpreter: str | None = None
    """The path of the Python that it is made of; None for the one that runs this."""

    def command(self, name: str) -> str:
        """The path of a program in the environment."""
        return str(self.folder / "bin" / name)

    def sync(self) -> None:
        """Make the environment, unless nothing has changed since it was made.

        Raises:
            Failed: uv could not.
        """
        with locked(self.folder.with_suffix(".lock")):
            stamp, state = self.folder / "ogrom-state", self._state()
            known = stamp.read_text().split() if stamp.exists() else []
            if known == state:
                return
            say(f"Making the environment .nox/{self.folder.name} ...")
            if known[:1] != state[:1]:
                uv("venv", "--clear", "--python", self.interpreter or sys.executable, str(self.folder))
            self.contents.install(Path(self.command("python")))
            stamp.write_text("\n".join(state))

    def _state(self) -> list[str]:
        """All that decides what is installed: the Python and the place, and the packages."""
        packages = b"".join(str(file).encode() + file.read_bytes() for file in self.contents.files)
        version = sys.version if self.interpreter is None else run(self.interpreter, "-VV")
        place = f"{version} {self.interpreter or sys.executable}".encode()
        return [hashlib.sha256(each).hexdigest() for each in (place, packages)]


@dataclass(frozen=True)
class Tree:
    """The work tree: every project as it stands, editable, on pinned packages."""

    workspace: Workspace

    @property
    def files(self) -> Sequence[Path]:
        """The pins, and each project's pyproject.toml."""
        return (self.requirements, *(project.pyproject for project in self.workspace))

    @property
    def requirements(self) -> Path:
        """The pinned and hashed packages."""
        return pins(self.workspace.root, "test")

    def install(self, python: Path) -> None:
        """Install all of it; the pins are complete, so dependencies are not looked for, and each has its hash.

        Raises:
            Failed: uv could not.
        """
        projects = (f"--editable={project.folder}" for project in self.workspace)
        install(self.workspace.root, python, f"--requirements={self.requirements}", *projects)
        if problems := misfits(python):
            # Others can work on; a test of the tools fails.
            print(*problems, *_cures(problems), sep="\n", file=sys.stderr)


@dataclass(frozen=True)
class Pinned:
    """Pinned packages, and nothing of ours.

    Attributes:
        root: the checkout.
        name: of their list in tools/requirements.
    """

    root: Path
    name: str

    @property
    def files(self) -> Sequence[Path]:
        """The pins."""
        return (pins(self.root, self.name),)

    def install(self, python: Path) -> None:
        """Install all of them, each with its hash.

        Raises:
            Failed: uv could not.
        """
        install(self.root, python, f"--requirements={pins(self.root, self.name)}")


def install(root: Path, python: Path, *packages: str) -> None:
    """Install these packages and no others: each is named, none is looked for.

    Raises:
        Failed: uv could not, or a file has another hash than it should.
    """
    build = f"--build-constraints={pins(root, 'dev')}"
    uv("pip", "install", f"--python={python}", "--exact", "--no-deps", build, *packages)


def _cures(problems: Sequence[str]) -> Iterator[str]:
    """What to do about misfits."""
    ours = [each for each in problems if f"requires `{PREFIX}" in each]
    if ours:
        yield "The tree lacks what it requires of itself: ./dev release writes those ranges, so take your edit back."
    if len(ours) < len(problems):
        yield "The pins do not fit what the projects declare: run `./dev lock`."


def misfits(python: Path) -> Sequence[str]:
    """What the packages of an environment ask of each other and do not get, a line each.

    A service pins releases exactly, and the work tree may be ahead of them: that is no misfit.
    """
    try:
        uv("pip", "check", f"--python={python}")
    except Failed as problem:
        found = [line for line in str(problem).splitlines() if line.startswith("The package ")]
        return tuple(line for line in found if not PINNED.search(line)) if found else (str(problem),)
    return ()


def pins(root: Path, name: str) -> Path:
    """The pinned requirements of this name."""
    return root / "tools" / "requirements" / f"{name}.txt"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time pass; the others wait.

    Args:
        path: the file that is locked; its folder is made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
