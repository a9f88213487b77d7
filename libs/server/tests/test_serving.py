"""Serving with processes: whatever becomes of one of them, the others answer, and a successor comes."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SECONDS = 60.0

PROGRAM = """
import os, signal, sys, time
from ogrom.server import Hosted, Limits, Options, Shutdown, serve

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup would have it ignored

def make_app(worker):
    def application(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/slow":
            print("slow", flush=True)
            time.sleep(0.5)
        if path == "/die":
            os._exit(3)
        if path == "/hang":
            import ctypes
            ctypes.PyDLL(None).sleep(1000)  # with the GIL held
        start_response("200 OK", [])
        return [f"{os.getpid()} {worker.number} {[each.name for each in worker.states()]}".encode()]
    return Hosted(application, warm_up=lambda: not os.path.exists(sys.argv[4]) or time.sleep(1000))

options = Options(
    processes=2,
    hang_seconds=float(sys.argv[2]),
    start_seconds=float(sys.argv[3]),
    shutdown=Shutdown(drain=30.0),
)
sys.exit(serve(make_app, sys.argv[1], options, announce=lambda address: print("at", address, flush=True)))
"""

CANNOT_BEGIN = """
class CannotBegin:
    def __enter__(self):
        raise LookupError("no database")

    def __exit__(self, *_):
        pass
"""


class Serving:
    """A program that serves, and what it says."""

    def __init__(
        self, listen: str, hang_seconds: float, start_seconds: float, hang_in_warm_up: Path, **more: Any
    ) -> None:
        arguments = (listen, str(hang_seconds), str(start_seconds), str(hang_in_warm_up))
        command = [sys.executable, "-c", PROGRAM, *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        assert said.startswith("at "), said + self.process.communicate()[1]
        self.address = said.removeprefix("at ").strip()

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def ask(self, path: str = "/") -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def workers(self, *without: int) -> list[int]:
        """The process ids of two that answer, and are none of those."""
        found = list[int]()
        end = time.monotonic() + SECONDS
        while len(found) < 2:
            assert time.monotonic() < end
            each = int(self.ask().split()[0])
            if each not in {*found, *without}:
                found.append(each)
        return found

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it said on stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


Start = Callable[..., Serving]


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def start(
            listen: str = "127.0.0.1:0",
            hang_seconds: float = 600.0,
            start_seconds: float = 600.0,
            hang_in_warm_up: Path = Path("/none"),
            **more: Any,
        ) -> Serving:
            made = Serving(listen, hang_seconds, start_seconds, hang_in_warm_up, **more)
            stack.enter_context(made.process)
            stack.callback(made.process.kill)
            return made

        yield start


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_answers_and_ends_well(start: Start) -> None:
    """By processes that know of one another; SIGTERM is an end with nothing wrong."""
    serving = start()
    assert re.fullmatch(r"\d+ [01] \['READY', 'READY'\]", serving.ask())
    assert serving.stop() == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_what_runs_is_finished(start: Start, number: int) -> None:
    """The client has its answer, and then nobody listens."""
    serving = start()
    with socket.create_connection(("127.0.0.1", serving.port), SECONDS) as sock:
        sock.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        assert serving.process.stdout
        assert serving.process.stdout.readline() == "slow\n"
        assert serving.stop(number)[0] == 0
        assert b" 200 OK" in sock.recv(1000)


def test_a_worker_that_dies_is_replaced(start: Start) -> None:
    """Only what it was doing is lost."""
    serving = start()
    first, _ = serving.workers()
    os.kill(first, signal.SIGKILL)
    serving.workers(first)
    code, said = serving.stop()
    assert code == 0
    assert f"(process {first}) ended by SIGKILL; another one starts in 0.0 s" in said


@pytest.mark.parametrize("how", ["stopped", "holding the GIL"])
def test_a_worker_that_hangs_is_replaced(start: Start, how: str) -> None:
    """Where it can still tell what it hangs in, it does."""
    serving = start(hang_seconds=5.0)
    first, _ = serving.workers()
    if how == "stopped":
        os.kill(first, signal.SIGSTOP)
    else:
        with socket.create_connection(("127.0.0.1", serving.port)) as sock:
            sock.sendall(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
            serving.wait_until(lambda: serving.process.poll() is None and len(busy(serving)) == 1)
            (first,) = busy(serving)
    serving.wait_until(lambda: not is_there(first))
    serving.workers(first)
    code, said = serving.stop()
    assert code == 0
    assert f"(process {first}) has hung for" in said
    assert ("Fatal Python error: Aborted" in said) == (how != "stopped")


def test_hanging_does_not_wait_for_a_beginning_without_end(start: Start, tmp_path: Path) -> None:
    """Whoever warms up for too long answers nevertheless, and keeps nobody who hangs from being replaced."""
    hang_in_warm_up = tmp_path / "hang"
    serving = start(hang_seconds=5.0, start_seconds=10.0, hang_in_warm_up=hang_in_warm_up)
    first, second = serving.workers()
    hang_in_warm_up.touch()
    os.kill(first, signal.SIGKILL)
    serving.wait_until(lambda: not is_there(first))
    os.kill(second, signal.SIGSTOP)
    serving.wait_until(lambda: not is_there(second))
    serving.workers(first, second)


def test_a_lifespan_that_cannot_begin_is_told_before_anybody_is_ready() -> None:
    """It announces nothing, and does not try for ever."""
    program = CANNOT_BEGIN + PROGRAM.replace(
        "Hosted(application", "Hosted(application, lifespan=CannotBegin()"
    )
    arguments = ("127.0.0.1:0", "600", "600", "/none")
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "workers in a row ended before they were ready" in done.stderr


def busy(serving: Serving) -> list[int]:
    """The workers that hold something up: in a system call of sleep."""
    found = []
    for each in Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children").read_text().split():
        waits = [Path(task, "wchan").read_text() for task in Path(f"/proc/{each}/task").iterdir()]
        if any("nanosleep" in each for each in waits):
            found.append(int(each))
    return found


def test_workers_end_with_their_parent(start: Start) -> None:
    """Also where it is killed."""
    serving = start()
    workers = serving.workers()
    serving.process.kill()
    serving.wait_until(lambda: not any(map(is_there, workers)))


def test_it_listens_where_it_is_told(start: Start, tmp_path: Path) -> None:
    """On a Unix socket, or on one that it inherits."""
    path = tmp_path / "a.sock"
    serving = start(f"unix:{path}")
    assert serving.address == f"unix:{path}"
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(path))
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert sock.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert serving.stop()[0] == 0
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        serving = start(f"fd:{inherited.fileno()}", pass_fds=[inherited.fileno()])
        assert serving.port == inherited.getsockname()[1]
        assert "READY" in serving.ask()
        assert serving.stop()[0] == 0


def test_where_memory_is_short_a_worker_goes_first(start: Start) -> None:
    """Linux kills whoever has the highest score."""
    serving = start()
    scores = [
        int(Path(f"/proc/{each}/oom_score_adj").read_text())
        for each in (serving.process.pid, serving.workers()[0])
    ]
    assert scores[0] < scores[1]


def test_whoever_has_the_listener_next_can_be_asked(start: Start) -> None:
    """What keeps clients away from a port that is being closed may not stay on one that is inherited."""
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        for _ in range(2):
            serving = start(f"fd:{inherited.fileno()}", pass_fds=[inherited.fileno()])
            assert "READY" in serving.ask()
            assert serving.stop()[0] == 0
