"""CLOJURE: the program in `src` as a Peer, compiled and trained before it is first started."""

from pathlib import Path

from ..peer import ROOT, Peer
from . import debian, java
from .build import Build
from .program import Program

KEPT = ROOT / ".nox" / "clojure"
"""Where what is compiled and trained is kept."""


def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
    """The command that serves; the first one for a kind of store compiles and trains, half a minute.

    One process serves, whatever number is asked for: its threads use every processor. It handles as many requests
    at once as the processes would together.

    Raises:
        BuildFailed: the program does not compile.
        TrainingFailed: it does not run, or Java wrote no archive.
    """
    runtime = java.newest()
    assert runtime is not None, missing()
    build = Build(runtime, debian.classpath(), KEPT)
    program = Program(runtime, (build.compiled(), *debian.classpath()), store, catalogue, threads * processes)
    return program.command(port, build.trained(program))


def missing() -> str:
    """What this machine lacks, and what to do; empty where nothing is missing."""
    if not needed():
        return ""
    return f"Debian's {', '.join(needed())}; run ./dev bench peers.clojure --install"


def needed() -> tuple[str, ...]:
    """The packages that this machine lacks."""
    runtime = () if java.newest() else (java.PACKAGE,)
    return (*runtime, *debian.missing())


CLOJURE = Peer(
    "clojure",
    "Clojure with Liberator, on Jetty",
    "jvm",
    "One process, whatever number is asked for: its threads use every processor.",
    command,
    missing=missing,
)
