"""The environments in .nox, which the sessions share; one for each session would take minutes to make.

`test` holds the work tree: every project, editable, and what checks them. `run` holds the releases that the service
pins, as production does. `bench` holds what Ogrom is measured against.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from ogrom_tools.command import Failed, run, uv
from ogrom_tools.progress import say
from ogrom_tools.projects import PREFIX, Workspace
from ogrom_tools.requirements import pins

PINNED = re.compile(rf"requires `{PREFIX}[^`]*==[^`]*`, but `")
"""How `uv pip check` says that another version is installed than the pinned one."""


class Contents(Protocol):
    """What an environment should hold."""

    @property
    def files(self) -> Sequence[Path]:
        """The files that decide what is installed."""
        ...

    def install(self, python: Path) -> None:
        """Install what is missing and remove what is not wanted.

        What stays is left alone, as a program may be running from it.

        Raises:
            Failed: uv could not.
        """
        ...


@dataclass(frozen=True)
class Environment:
    """A virtual environment in a checkout, updated whenever what decides its contents changes."""

    folder: Path
    contents: Contents
    interpreter: str | None = None
    """The path of its Python; None for the running one."""

    def command(self, name: str) -> str:
        """The path of a program in the environment."""
        return str(self.folder / "bin" / name)

    def sync(self) -> None:
        """Make or update the environment, unless nothing has changed.

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
        """Hashes of all that decides what is installed: the Python and its path, and the packages."""
        packages = b"".join(str(file).encode() + file.read_bytes() for file in self.contents.files)
        version = sys.version if self.interpreter is None else run(self.interpreter, "-VV")
        python = f"{version} {self.interpreter or sys.executable}".encode()
        return [hashlib.sha256(each).hexdigest() for each in (python, packages)]


@dataclass(frozen=True)
class Tree:
    """The work tree: every project, editable, on pinned packages."""

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
        """Install all of it; the pins are complete, so no dependencies are resolved.

        Raises:
            Failed: uv could not.
        """
        projects = (f"--editable={project.folder}" for project in self.workspace)
        install(self.workspace.root, python, f"--requirements={self.requirements}", *projects)
        if problems := misfits(python):
            # Only printed, so that others can go on working; a test of the tools fails.
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
        """Install all of them.

        Raises:
            Failed: uv could not.
        """
        install(self.root, python, f"--requirements={pins(self.root, self.name)}")


def install(root: Path, python: Path, *packages: str) -> None:
    """Install exactly these packages, without resolving dependencies.

    Raises:
        Failed: uv could not, or a hash differs.
    """
    build = f"--build-constraints={pins(root, 'dev')}"
    uv("pip", "install", f"--python={python}", "--exact", "--no-deps", build, *packages)


def _cures(problems: Sequence[str]) -> Iterator[str]:
    """What to do about misfits."""
    ours = [each for each in problems if f"requires `{PREFIX}" in each]
    if ours:
        yield (
            "The work tree does not meet its own requirements. ./dev release writes those ranges, so undo your edit."
        )
    if len(ours) < len(problems):
        yield "The pins do not fit what the projects declare: run `./dev lock`."


def misfits(python: Path) -> Sequence[str]:
    """The requirements among an environment's packages that are not met, a line each.

    A service pins releases exactly, and the work tree may be ahead of them, so those do not count.
    """
    try:
        uv("pip", "check", f"--python={python}")
    except Failed as problem:
        found = [line for line in str(problem).splitlines() if line.startswith("The package ")]
        return tuple(line for line in found if not PINNED.search(line)) if found else (str(problem),)
    return ()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time run the block; the others wait.

    Args:
        path: the lock file; its folder is made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path):
        yield
