"""What the tests share: a program that serves with processes, and what it says."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from ogrom.server.greenlets import Greenlets
from ogrom.server.lanes import Lane
from ogrom.server.testing import running

PROGRAM = Path(__file__).with_name("serving_program.py")

# Nothing that works takes so long, however slow the machine is.
SECONDS = 300.0
NEVER = 2 * SECONDS


@dataclass
class Serving:
    """A program that serves, and what it says."""

    process: "subprocess.Popen[bytes]"
    stdout: Path
    stderr: Path
    connections: list[HTTPConnection] = field(default_factory=list)

    @property
    def output(self) -> str:
        return self.stdout.read_text()

    @property
    def log(self) -> str:
        return self.stderr.read_text()

    @property
    def address(self) -> str:
        """Where it listens, as it says once every worker answers."""
        said = [each for each in self.output.splitlines() if each.startswith("at ")]
        assert len(said) == 1, self.output + self.log
        return said[0].removeprefix("at ")

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def workers(self) -> list[int]:
        """The process ids of its workers."""
        return self.children(self.process.pid)

    @staticmethod
    def children(process: int) -> list[int]:
        """The process ids of a process's children, of those too that have ended and were not reaped."""
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]

    @staticmethod
    def state(process: int) -> str:
        """A letter, as in `ps`; none where there is no such process."""
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return ""

    def has_ended(self, process: int) -> bool:
        """Whether a process does nothing any more, whether it was reaped or not."""
        return self.state(process) in {"", "Z"}

    @staticmethod
    def wait_until(is_so: Callable[[], object]) -> None:
        end = time.monotonic() + SECONDS
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.005)  # between two looks

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: "at " in self.output or self.process.poll() is not None)
        assert self.process.poll() is None, self.log

    def request(self, path: str = "/") -> HTTPConnection:
        """A connection on which this is asked; it is closed with the test."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        self.connections.append(connection)
        connection.request("GET", path)
        return connection

    def ask(self, path: str = "/") -> str:
        """Who answers: its process id, its number, and the states of all workers."""
        connection = self.request(path)
        try:
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def answering(self, *without: int) -> list[int]:
        """The process ids of two that answer, and are none of those."""
        found = set[int]()

        def is_found() -> bool:
            found.update({int(self.ask().split()[0])}.difference(without))
            return len(found) == 2

        self.wait_until(is_found)
        return list(found)

    def is_refused(self) -> bool:
        """Whether nobody listens."""
        with socket.socket() as sock:
            sock.settimeout(SECONDS)
            try:
                sock.connect(("127.0.0.1", self.port))
            except ConnectionRefusedError:
                return True
        return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code, after a signal."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(SECONDS)

    def end(self) -> None:
        """End it at once, if it has not ended, with its workers, which would finish what they are asked."""
        for connection in self.connections:
            connection.close()
        if self.process.poll() is None:
            workers = self.workers
            self.process.kill()
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            self.wait()


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port that nobody else is given while the block lasts; whoever sets SO_REUSEADDR can listen on it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def on_loop(lanes: Sequence[Lane]) -> list[Lane]:
    """The lanes, whose last one has everything begin on the loop."""
    return [*lanes[:-1], replace(lanes[-1], on_loop=lambda _: True)]


@pytest.fixture(params=["threads", "loop"])
def in_both_modes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `running` of the test's module serve by threads, and by the loop."""

    def run(
        application: Any, limits: Any = None, lanes: Sequence[Lane] = (Lane("application", 4),), **more: Any
    ) -> Any:
        return running(application, limits, on_loop(lanes), Greenlets(), **more)

    if request.param == "loop":
        monkeypatch.setattr(request.module, "running", run)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Starts programs, each with two workers and a port of its own, and with no deadline unless a test sets one.

    What they do depends on files in `tmp_path`, as serving_program.py says.
    """
    with ExitStack() as stack:

        def start(
            listen: str = "",
            *,
            prefix: Sequence[str] = (),
            pass_fds: Sequence[int] = (),
            is_awaited: bool = True,
            threads: int = 8,
            delay: float = 0.0,
            drain: float = NEVER,
            margin: float = NEVER,
            prepares: bool = False,
            **options: Any,
        ) -> Serving:
            said = {
                "listen": listen or f"127.0.0.1:{stack.enter_context(reserved_port())}",
                "folder": str(tmp_path),
                "threads": threads,
                "prepares": prepares,
                "shutdown": {"delay": delay, "drain": drain, "margin": margin},
                "options": {"processes": 2, "start_seconds": NEVER, "hang_seconds": NEVER, **options},
            }
            number = len(list(tmp_path.glob("*.stdout")))
            stdout, stderr = tmp_path / f"{number}.stdout", tmp_path / f"{number}.stderr"
            with stdout.open("wb") as out, stderr.open("wb") as errors:
                process = subprocess.Popen(
                    [*prefix, sys.executable, PROGRAM, json.dumps(said)],
                    stdout=out,
                    stderr=errors,
                    pass_fds=pass_fds,
                )
            serving = Serving(process, stdout, stderr)
            stack.callback(serving.end)
            if is_awaited:
                serving.wait_until_ready()
            return serving

        yield start
