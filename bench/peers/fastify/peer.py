"""The program in `src` as a peer, with its packages: those of package-lock.json, each with its hash."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.peers.peer import ROOT, Peer
from ogrom_tools.command import run
from ogrom_tools.environment import locked
from ogrom_tools.progress import say
from ogrom_tools.test.debian import is_there

SOURCES = Path(__file__).resolve().parent / "src"

_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


@dataclass(frozen=True)
class Packages:
    """The program and its packages beside it, where Node looks for them, in a folder for each state.

    Attributes:
        kept: the folder of all states.
    """

    kept: Path

    @property
    def folder(self) -> Path:
        """The folder of this state; those of other states are obsolete."""
        return self.kept / self._state()

    def install(self) -> None:
        """Install them if needed.

        Raises:
            Failed: npm failed; with its output.
        """
        with locked(self.kept.with_suffix(".lock")):
            if self.folder.exists():
                return
            say("Installing the packages of Fastify ...")
            shutil.rmtree(self.kept, ignore_errors=True)
            self.kept.mkdir(parents=True)
            # Elsewhere first, so that the folder exists only when it is complete.
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


PACKAGES = Packages(ROOT / ".nox" / "fastify")

DEBIAN = {"nodejs": "node", "npm": "npm"}
"""Debian's packages, and the program of each."""


def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
    """The command that serves; each process has as many connections to the database as other peers have threads."""
    return (
        "node",
        str(PACKAGES.folder / "server.mjs"),
        f"--store={store}",
        f"--catalogue={catalogue}",
        f"--port={port}",
        f"--processes={processes}",
        f"--threads={threads}",
    )


def needed() -> tuple[str, ...]:
    """The Debian packages that this machine lacks."""
    return tuple(package for package, program in DEBIAN.items() if not is_there(program))


def missing() -> str:
    """What this machine lacks, and what to do; empty if nothing."""
    if not needed():
        return ""
    return f"Debian's {', '.join(needed())}; run ./dev bench peers.install fastify"


FASTIFY = Peer(
    "fastify",
    "Fastify on Node",
    "framework",
    "A primary binds the port and hands connections to workers in turn, by Node's cluster.",
    command,
    missing=missing,
    prepare=PACKAGES.install,
)
