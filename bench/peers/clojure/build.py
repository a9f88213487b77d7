"""Build: compiles the program ahead of time, and trains it, once for each state of the sources, jars and Java.

Debian's libraries come as source. Compiled together with the program they start in less than half the time; a training
run then writes down which classes were loaded and, since Java 25, what was hot.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from .java import Java
from .program import FLAGS, MAIN, TUNED, Program
from .training import train

SOURCES = Path(__file__).resolve().parent / "src"

_SECONDS = 300.0


class BuildFailed(RuntimeError):
    """The program does not compile."""


@dataclass(frozen=True)
class Build:
    """Where what is made lies, in a folder for each state.

    Attributes:
        java: that compiles and trains.
        jars: Debian's.
        kept: the folder of all states.
    """

    java: Java
    jars: Sequence[Path]
    kept: Path

    @property
    def folder(self) -> Path:
        """The folder of this state; another state's is of no use any more."""
        return self.kept / self._state()

    def compiled(self) -> Path:
        """The program's jar, with Debian's libraries compiled.

        Raises:
            BuildFailed: it does not compile; with what the compiler said.
        """
        jar = self.folder / "ogrom.jar"
        if not jar.exists():
            shutil.rmtree(self.kept, ignore_errors=True)
            _made(jar, self._compile)
        return jar

    def trained(self, program: Program) -> Path:
        """The archive of a training run with this kind of store.

        Raises:
            TrainingFailed: the run failed; with what it said.
        """
        archive = self.folder / f"{program.kind}.archive"
        if not archive.exists():
            _made(archive, lambda path: train(program, path))
        return archive

    def _state(self) -> str:
        # What a jar holds may change with its name kept.
        jars = [(each.resolve(), each.stat().st_mtime_ns) for each in self.jars]
        digest = hashlib.sha256(repr((self.java, FLAGS, TUNED, jars)).encode())
        for path in sorted(SOURCES.rglob("*.clj")):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def _compile(self, jar: Path) -> None:
        classes = jar.parent / "classes"
        classes.mkdir()
        command = (
            self.java.program,
            f"-Dclojure.compile.path={classes}",
            "-Dclojure.compiler.direct-linking=true",
            "-cp",
            os.pathsep.join(map(str, (SOURCES, classes, *self.jars))),
            *("clojure.main", "-e", f"(compile '{MAIN})"),
        )
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
        if done.returncode:
            raise BuildFailed(f"the program does not compile: {done.stderr[-2000:]}")
        with ZipFile(jar, "w", ZIP_STORED) as packed:
            for path in sorted(classes.rglob("*.class")):
                packed.write(path, path.relative_to(classes))


def _made(path: Path, make: Callable[[Path], None]) -> None:
    """Make a file somewhere else first, so that it is there only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        make(Path(folder) / path.name)
        (Path(folder) / path.name).replace(path)
