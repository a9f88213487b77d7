"""Program: the command line of the compiled program."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers.peer import MEMORY

from .java import Java

MAIN = "ogrom.run"

FLAGS = ("-Duser.timezone=UTC",)
"""Java's own defaults for everything else."""

TUNED = ("-Xmx256m", "-XX:+UseParallelGC")
"""Further options of a trained program; README.md says what was compared."""


def has_aot_cache(java: Java) -> bool:
    """Whether this Java's archive holds profiles of a training run (JEP 515), not only classes (JEP 350)."""
    return java.version[0] >= 25


@dataclass(frozen=True)
class Program:
    """A program to run.

    Attributes:
        java: that runs it.
        classpath: its jar, then Debian's.
        store: MEMORY or the URL of a database.
        catalogue: the file behind MEMORY.
        threads: how many requests it handles at once.
    """

    java: Java
    classpath: Sequence[Path]
    store: str
    catalogue: Path
    threads: int

    @property
    def kind(self) -> str:
        """The kind of store, for which it is trained: each loads other classes."""
        return MEMORY if self.store == MEMORY else "mariadb"

    def command(self, port: int, archive: Path | None = None) -> tuple[str, ...]:
        """The command that serves on a port; with the archive of a training run, it starts from that and is tuned."""
        if archive is None:
            return self._command(port)
        option = "-XX:AOTCache" if has_aot_cache(self.java) else "-XX:SharedArchiveFile"
        return self._command(port, *TUNED, f"{option}={archive}")

    def training(self, port: int, archive: Path) -> tuple[str, ...]:
        """The command that serves on a port, and at its end writes the archive."""
        option = "-XX:AOTCacheOutput" if has_aot_cache(self.java) else "-XX:ArchiveClassesAtExit"
        return self._command(port, *TUNED, f"{option}={archive}")

    def _command(self, port: int, *options: str) -> tuple[str, ...]:
        return (
            self.java.program,
            *FLAGS,
            *options,
            "-cp",
            os.pathsep.join(map(str, self.classpath)),
            MAIN,
            *("--store", self.store, "--catalogue", str(self.catalogue)),
            *("--port", str(port), "--threads", str(self.threads)),
        )
