"""How serving ends: nobody loses what they asked for, unless whoever ends it will not wait for that."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Self

import pytest

pytestmark = pytest.mark.slow
SECONDS = 300.0
LARGE = 20_000_000
Start = Callable[..., Any]


@dataclass
class Load:
    """Clients that keep their connections and ask one thing after the other, until nobody listens or the block ends."""

    serving: Any
    clients: int = 8
    outcomes: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        port = self.serving.port
        idle = (0.01, 0.2)  # seconds between two requests
        self.threads = [
            threading.Thread(target=self._ask, args=(port, idle[each % 2])) for each in range(self.clients)
        ]
        for each in self.threads:
            each.start()
        self.serving.wait_until(lambda: self.outcomes.count("answered") >= 5 * self.clients)
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for each in self.threads:
            each.join(SECONDS)
            assert not each.is_alive()

    def _ask(self, port: int, idle: float) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        while not self.ended.is_set():
            try:
                connection.request("GET", "/slow")
                response = connection.getresponse()
                response.read()
            except ConnectionRefusedError:
                self.outcomes.append("turned away")
                break
            except (OSError, HTTPException):
                connection.close()
                self.outcomes.append("lost")
            else:
                self.outcomes.append("answered" if response.status == 200 else "refused")
                self.ended.wait(idle)
        connection.close()


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """While this file is there, requests for `/held` are not answered."""
    path = tmp_path / "held"
    path.touch()
    return path


def hold(serving: Any) -> HTTPConnection:
    """A request that is being answered for as long as `held` says."""
    connection: HTTPConnection = serving.request("/held")
    serving.wait_until(lambda: "held, READY" in serving.output)
    return connection


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_what_runs_is_finished(start: Start, held: Path, number: int) -> None:
    """Nobody listens any more, and the client has its answer nevertheless."""
    serving = start()
    asked = hold(serving)
    serving.process.send_signal(number)
    serving.wait_until(serving.is_refused)
    held.unlink()
    with asked.getresponse() as response:
        assert response.status == 200
    assert (serving.wait(), serving.log) == (0, "")


def test_sigterm_under_load_loses_nothing(start: Start) -> None:
    """In the delay each connection is closed behind a response, so that none is cut at the end."""
    serving = start(delay=8.0)
    with Load(serving) as load:
        assert serving.stop() == 0
        serving.wait_until(lambda: load.outcomes.count("turned away") == load.clients)
    assert set(load.outcomes) == {"answered", "turned away"}


def test_one_worker_stops_alone(start: Start) -> None:
    """The others go on to let clients in."""
    serving = start(delay=8.0)
    with Load(serving) as load:
        stopped = serving.workers[0]
        os.kill(stopped, signal.SIGTERM)
        serving.wait_until(lambda: stopped not in serving.workers and len(serving.workers) == 2)
        assert {sent_again(serving.port) for _ in range(50)} == {0}, "a client was overlooked"
        assert stopped not in serving.answering()
    assert set(load.outcomes) == {"answered"}
    assert serving.stop(signal.SIGINT) == 0  # which does not wait for the delay


def sent_again(port: int) -> int:
    """How often a client's system had to send a segment again, until somebody answered."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        told = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        return int.from_bytes(told[100:], sys.byteorder)  # tcpi_total_retrans


def test_what_is_killed_loses_requests(start: Start) -> None:
    """So the tests above would see it."""
    serving = start()
    with Load(serving) as load:
        for each in serving.workers:
            os.kill(each, signal.SIGKILL)
        serving.wait_until(lambda: "lost" in load.outcomes)


def test_slow_large_and_queued_requests_are_finished(start: Start, held: Path) -> None:
    """Ctrl-C takes no more connections and lets everybody have what they asked for."""
    serving = start(processes=1, threads=1)
    large = serving.request("/large").getresponse()
    asked = [hold(serving), serving.request(), serving.request()]
    serving.process.send_signal(signal.SIGINT)
    serving.wait_until(serving.is_refused)
    held.unlink()
    (worker,) = serving.workers
    assert [each.getresponse().read().split()[0] for each in asked] == [b"%d" % worker] * 3
    assert len(large.read()) == LARGE
    assert (serving.wait(), serving.log) == (0, "")


def test_past_its_deadline_it_cuts(start: Start, held: Path) -> None:
    """Exit code 1, and the log says how many requests that were."""
    serving = start(processes=1, drain=0.2)
    hold(serving)
    assert serving.stop() == 1
    assert "stopped with 1 requests unfinished" in serving.log


def test_the_second_signal_stops_at_once(start: Start, held: Path) -> None:
    """Until then it serves on, and closes each connection behind its response; whoever cannot wait need not."""
    serving = start(processes=1, delay=2 * SECONDS, drain=2 * SECONDS)
    hold(serving)
    serving.process.terminate()
    serving.wait_until(lambda: closes(serving))
    assert serving.ask().endswith("DRAINING")
    assert serving.stop() == 1
    assert "requests unfinished" in serving.log


def closes(serving: Any) -> bool:
    """Whether it closes the connection behind a response."""
    with serving.request().getresponse() as response:
        return bool(response.headers["Connection"] == "close")


def test_a_signal_to_all_processes_is_one_signal(start: Start, held: Path) -> None:
    """A service manager sends it to the whole group; nobody takes that for a second one."""
    serving = start()
    asked, workers = hold(serving), serving.workers
    for each in workers:
        os.kill(each, signal.SIGTERM)
    # The busy one has heard that, and will hear of its parent's; the other one has ended already and is replaced.
    serving.wait_until(lambda: "held, DRAINING" in serving.output)
    serving.wait_until(lambda: len(serving.workers) == 2 and serving.workers != workers)
    serving.process.terminate()
    serving.wait_until(lambda: len(serving.workers) == 1)
    held.unlink()
    with asked.getresponse() as response:
        assert response.status == 200
    assert serving.wait() == 0


def test_a_worker_that_hears_nothing_is_ended(start: Start) -> None:
    """Whoever waits for the end does not wait for ever."""
    serving = start(processes=1, drain=0.1, margin=0.1)
    (worker,) = serving.workers
    os.kill(worker, signal.SIGSTOP)
    serving.wait_until(lambda: serving.state(worker) == "T")
    assert serving.stop() == 1
    assert "killed 1 processes that did not stop in time" in serving.log
    assert serving.has_ended(worker)


@pytest.fixture
def as_first_process() -> tuple[str, ...]:
    """What makes a program the first process of its own world, as a container's is."""
    command = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs unshare, and to be root")
    return command


def test_it_is_stopped_as_a_containers_first_process(start: Start, as_first_process: tuple[str, ...]) -> None:
    """Where a signal that nobody handles is ignored, and orphans are left to it; it reaps them."""
    serving = start(prefix=as_first_process)
    (first,) = serving.workers  # of unshare
    assert re.search(r"NSpid:\t\d+\t1\n", Path(f"/proc/{first}/status").read_text())
    workers = serving.children(first)
    serving.ask("/orphan")
    serving.wait_until(lambda: serving.children(first) == workers)
    os.kill(first, signal.SIGTERM)
    assert (serving.wait(), serving.log) == (0, "")
