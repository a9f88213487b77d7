"""The program in `src` as a peer, compiled before its first start; and again with all that Java offers."""

from pathlib import Path

from bench.peers.peer import ROOT, Peer

from . import java
from .build import Build
from .program import Program

KEPT = ROOT / ".nox" / "clojure"
"""Where compiled and trained programs are kept."""


def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
    """The command that serves as most would deploy it; the first time it compiles, for half a minute.

    There is one process, whatever `processes` says: its threads use every processor. It handles as many requests at
    once as so many processes would.

    Raises:
        BuildFailed: the program does not compile.
    """
    _, program = _made(store, catalogue, threads * processes)
    return program.command(port)


def trained_command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
    """The command that serves with all that Java has to start fast and stay small; the first time it trains too.

    Raises:
        BuildFailed: the program does not compile.
        TrainingFailed: it does not run, or Java wrote no archive.
    """
    build, program = _made(store, catalogue, threads * processes)
    return program.command(port, build.trained(program))


def _made(store: str, catalogue: Path, threads: int) -> tuple[Build, Program]:
    runtime = java.newest()
    assert runtime is not None, missing()
    build = Build(runtime, java.classpath(), KEPT)
    return build, Program(runtime, (build.compiled(), *java.classpath()), store, catalogue, threads)


def missing() -> str:
    """What this machine lacks, and what to do; empty if nothing."""
    if not needed():
        return ""
    return f"Debian's {', '.join(needed())}; run ./dev bench peers.install clojure"


def needed() -> tuple[str, ...]:
    """The packages that this machine lacks."""
    runtime = () if java.newest() else (java.PACKAGE,)
    return (*runtime, *java.missing_packages())


_CONCURRENCY = "Always one process: its threads use every processor."

CLOJURE = Peer("clojure", "Clojure with Liberator, on Jetty", "jvm", _CONCURRENCY, command, missing=missing)
CLOJURE_TRAINED = Peer(
    "clojure-trained", "the same, trained and tuned", "jvm", _CONCURRENCY, trained_command, missing=missing
)
