"""The environments in .nox: pinned packages, and on top every project, editable.

The sessions share them. Nox would make one for each session, which takes minutes.
"""

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.command import Failed, uv
from ogrom_tools.projects import Workspace


@dataclass(frozen=True)
class Environment:
    """A virtual environment with all projects of the workspace, `run` or `test`."""

    name: str
    workspace: Workspace

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.workspace.root / ".nox" / self.name

    @property
    def requirements(self) -> Path:
        """The pinned and hashed packages that it holds."""
        return pins(self.workspace.root, self.name)

    def command(self, name: str) -> str:
        """The path of a program in the environment."""
        return str(self.folder / "bin" / name)

    def sync(self) -> None:
        """Make the environment, unless nothing has changed since it was made.

        Raises:
            Failed: uv could not.
        """
        with _locked(self.folder.with_suffix(".lock")):
            stamp, state = self.folder / "ogrom-state", self._state()
            known = stamp.read_text().split() if stamp.exists() else []
            if known == state:
                return
            print(f"Making the environment .nox/{self.name}", file=sys.stderr)
            if known[:1] != state[:1]:
                uv("venv", "--clear", "--python", sys.executable, str(self.folder))
            self._install()
            stamp.write_text("\n".join(state))

    def _state(self) -> list[str]:
        """All that decides what is installed: the Python and the place, and the packages."""
        files = (self.requirements, *(project.pyproject for project in self.workspace))
        packages = b"".join(str(file).encode() + file.read_bytes() for file in files)
        place = f"{sys.version} {sys.executable}".encode()
        return [hashlib.sha256(each).hexdigest() for each in (place, packages)]

    def _install(self) -> None:
        """Put in what is new and remove what is not wanted; what stays is not touched, as it may be in use.

        The pins are complete, so dependencies are not looked for, and each has its hash.
        """
        python = f"--python={self.command('python')}"
        build = f"--build-constraints={pins(self.workspace.root, 'dev')}"
        projects = (f"--editable={project.folder}" for project in self.workspace)
        packages = (f"--requirements={self.requirements}", *projects)
        uv("pip", "install", python, "--exact", "--no-deps", build, *packages)
        try:
            uv("pip", "check", python)
        except Failed as problem:
            # Others can work on; a test of the tools fails.
            hint = "The pins do not fit what the projects declare: run `./dev lock`."
            print(problem, hint, sep="\n", file=sys.stderr)


def pins(root: Path, name: str) -> Path:
    """The pinned requirements of this name."""
    return root / "tools" / "requirements" / f"{name}.txt"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time pass; the others wait."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
