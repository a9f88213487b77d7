"""Training: a run under some load, at whose end Java writes down what it learned."""

import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from ogrom.sources.testing import reserved_port

from .program import Program

PATHS = (*(f"/v1/de-DE/products/{id}" for id in range(1, 20)), "/v1/de-DE/collages?limit=20")
"""What is asked, in turn."""

_CLIENTS = 4
_ROUNDS = 60
_HOST = "127.0.0.1"
_SECONDS = 120.0


class TrainingFailed(RuntimeError):
    """The program did not answer, or wrote no archive."""


def train(program: Program, archive: Path) -> None:
    """Run the program, ask it some thousand times, and stop it.

    Raises:
        TrainingFailed: it did not answer, or wrote no archive; with the end of what it said.
    """
    log = archive.with_suffix(".log")
    with reserved_port() as port:
        with log.open("wb") as said:
            process = subprocess.Popen(program.training(port, archive), stdout=said, stderr=subprocess.STDOUT)
        try:
            _await_answer(process, port, time.monotonic() + _SECONDS)
            with ThreadPoolExecutor(_CLIENTS) as clients:
                list(clients.map(_ask, [port] * _CLIENTS))
            process.send_signal(signal.SIGTERM)
            process.wait(_SECONDS)
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
            socket.create_connection((_HOST, port), _SECONDS).close()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise ConnectionError("the program does not start")
        time.sleep(0.05)  # between two looks


def _ask(port: int) -> None:
    connection = HTTPConnection(_HOST, port, timeout=_SECONDS)
    for path in PATHS * _ROUNDS:
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()


def _end(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
