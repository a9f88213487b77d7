"""The program in `src` as a peer."""

from pathlib import Path

from bench.peers.peer import ROOT, Peer
from ogrom_tools.system import is_there

from .packages import Packages

PACKAGES = Packages(ROOT / ".nox" / "fastify")

DEBIAN = {"nodejs": "node", "npm": "npm"}
"""Debian's packages, and the program of each."""


def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
    """The command that serves; each process has as many connections to the database as others have threads."""
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
    """The packages of Debian's that this machine lacks."""
    return tuple(package for package, program in DEBIAN.items() if not is_there(program))


def missing() -> str:
    """What this machine lacks, and what to do; empty where nothing is missing."""
    if not needed():
        return ""
    return f"Debian's {', '.join(needed())}; run ./dev bench peers.fastify --install"


FASTIFY = Peer(
    "fastify",
    "Fastify on Node",
    "framework",
    "A primary binds the port and hands connections to workers in turn, by Node's cluster.",
    command,
    missing=missing,
    prepare=PACKAGES.install,
)
