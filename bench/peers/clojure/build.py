"""Compiles the program ahead of time, and trains it, once for each state of the sources, jars and Java.

Debian's libraries come as source; compiled with the program they start in less than half the time. A training run under
load records the loaded classes and, since Java 25, the hot methods.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from ogrom.sources.testing import reserved_port

from .java import Java
from .program import FLAGS, MAIN, TUNED, Program

PATHS = (*(f"/v1/de-DE/products/{id}" for id in range(1, 20)), "/v1/de-DE/collages?limit=20")
"""Requested in turn."""

_CLIENTS = 4
_ROUNDS = 60
_HOST = "127.0.0.1"
_TRAINING_SECONDS = 120.0


class TrainingFailed(RuntimeError):
    """The program did not answer, or wrote no archive."""


def train(program: Program, archive: Path) -> None:
    """Run the program, send it some thousand requests, and stop it.

    Raises:
        TrainingFailed: it did not answer, or wrote no archive; with the end of its output.
    """
    log = archive.with_suffix(".log")
    with reserved_port() as port:
        with log.open("wb") as said:
            process = subprocess.Popen(program.training(port, archive), stdout=said, stderr=subprocess.STDOUT)
        try:
            _await_answer(process, port, time.monotonic() + _TRAINING_SECONDS)
            with ThreadPoolExecutor(_CLIENTS) as clients:
                list(clients.map(_ask, [port] * _CLIENTS))
            process.send_signal(signal.SIGTERM)
            process.wait(_TRAINING_SECONDS)
        except (OSError, HTTPException, subprocess.TimeoutExpired) as error:
            raise TrainingFailed(f"{error!r}: {_end(log)}") from error
        finally:
            process.kill()
            process.wait()
    if not archive.exists():
        raise TrainingFailed(f"no archive was written: {_end(log)}")


def _await_answer(process: "subprocess.Popen[bytes]", port: int, deadline: float) -> None:
    while True:
        with suppress(ConnectionError):
            socket.create_connection((_HOST, port), _TRAINING_SECONDS).close()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise ConnectionError("the program does not start")
        time.sleep(0.05)  # between two looks


def _ask(port: int) -> None:
    connection = HTTPConnection(_HOST, port, timeout=_TRAINING_SECONDS)
    for path in PATHS * _ROUNDS:
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()


def _end(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


SOURCES = Path(__file__).resolve().parent / "src"

_SECONDS = 300.0


class BuildFailed(RuntimeError):
    """The program does not compile."""


@dataclass(frozen=True)
class Build:
    """Compiled and trained programs, in a folder for each state.

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
        """The folder of this state; those of other states are obsolete."""
        return self.kept / self._state()

    def compiled(self) -> Path:
        """The program's jar, with Debian's libraries compiled.

        Raises:
            BuildFailed: it does not compile; with the compiler's output.
        """
        jar = self.folder / "ogrom.jar"
        if not jar.exists():
            shutil.rmtree(self.kept, ignore_errors=True)
            _made(jar, self._compile)
        return jar

    def trained(self, program: Program) -> Path:
        """The archive of a training run with this kind of store.

        Raises:
            TrainingFailed: the run failed; with its output.
        """
        archive = self.folder / f"{program.kind}.archive"
        if not archive.exists():
            _made(archive, lambda path: train(program, path))
        return archive

    def _state(self) -> str:
        # A jar's content may change under the same name.
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
    """Make a file elsewhere first, so that it exists only when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        make(Path(folder) / path.name)
        (Path(folder) / path.name).replace(path)
