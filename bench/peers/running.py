"""`running(peer, store, catalogue)`: a peer that answers for as long as the block runs."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

from bench.measure.asking import ask, connected
from ogrom.sources.testing import reserved_port
from ogrom_tools.command import Failed

from .peer import ROOT, Peer, inherited

PRODUCT = "/v1/de-DE/products/7"

_PATIENCE = 60.0
_ANSWER_SECONDS = 10.0
_STOP_SECONDS = 15.0
_BETWEEN_LOOKS = 0.001


class PeerFailed(RuntimeError):
    """A peer did not start, or did not answer in time."""


@dataclass(frozen=True)
class Running:
    """A peer that answers.

    Attributes:
        url: its root, without a trailing slash.
        process_id: of the process that was started.
        seconds_to_first_answer: from before its start to its first 200.
    """

    url: str
    process_id: int
    seconds_to_first_answer: float

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The process that was started, then its current children and theirs."""
        return tuple(_tree(self.process_id))


@contextmanager
def running(
    peer: Peer, store: str, catalogue: Path, processes: int = 1, threads: int = 8, ready: str = PRODUCT
) -> Iterator[Running]:
    """Start a peer on a free port and wait until it answers; stop it at the end.

    Args:
        peer: what to start.
        store: MEMORY or the URL of a database.
        catalogue: written by `bench.database.export_catalogue`.
        processes: how many serve.
        threads: how many requests each handles at once, if it uses threads.
        ready: the path whose first 200 counts as the first answer.

    Raises:
        PeerFailed: it cannot be installed, it ended, or it did not answer in time; with the end of its output.
    """
    try:
        peer.prepare()
    except Failed as error:
        raise PeerFailed(f"{peer.name} cannot be installed: {error}") from error
    with reserved_port() as port, tempfile.TemporaryFile() as said:
        url, command = f"http://127.0.0.1:{port}", peer.command(store, catalogue, port, processes, threads)
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=inherited(peer.environment(store)),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _await_answer(peer, process, url, ready, begin, said)
            yield Running(url, process.pid, time.perf_counter() - begin)
        finally:
            _stop(process)


def _await_answer(
    peer: Peer, process: "subprocess.Popen[bytes]", url: str, path: str, begin: float, said: IO[bytes]
) -> None:
    while not _answers(url, path):
        code = process.poll()
        if code is not None or time.perf_counter() - begin > _PATIENCE:
            said.seek(0)
            what = f"ended with {code}" if code is not None else f"did not answer in {_PATIENCE:.0f} s"
            raise PeerFailed(f"{peer.name} {what}: {said.read().decode(errors='replace')[-2000:]}")
        time.sleep(_BETWEEN_LOOKS)


def _answers(url: str, path: str) -> bool:
    with closing(connected(url, _ANSWER_SECONDS)) as connection, suppress(OSError, HTTPException):
        return ask(connection, path)[0] == 200
    return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask the whole group to end, wait for the process, and kill the rest."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tree(process_id: int) -> Iterator[int]:
    yield process_id
    for children in Path(f"/proc/{process_id}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _tree(int(child))
