"""Packages: Node's, of the versions that package-lock.json has, each with its hash; npm knows where they come from."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.command import run
from ogrom_tools.environment import locked
from ogrom_tools.progress import say

SOURCES = Path(__file__).resolve().parent / "src"

_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


@dataclass(frozen=True)
class Packages:
    """The program with its packages beside it, where Node looks for them, in a folder for each state.

    Attributes:
        kept: the folder of all states.
    """

    kept: Path

    @property
    def folder(self) -> Path:
        """The folder of this state; another state's is of no use any more."""
        return self.kept / self._state()

    def install(self) -> None:
        """Install them, unless they are there.

        Raises:
            Failed: npm could not; with what it said.
        """
        with locked(self.kept.with_suffix(".lock")):
            if self.folder.exists():
                return
            say("Installing the packages of Fastify ...")
            shutil.rmtree(self.kept, ignore_errors=True)
            self.kept.mkdir(parents=True)
            # Somewhere else first, so that it is there only when it is whole.
            with tempfile.TemporaryDirectory(dir=self.kept) as name:
                made = Path(name) / "made"
                shutil.copytree(SOURCES, made)
                run(*_INSTALL, folder=made)
                made.rename(self.folder)

    def _state(self) -> str:
        digest = hashlib.sha256(run("node", "--version").encode())
        for path in sorted(SOURCES.iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:16]
