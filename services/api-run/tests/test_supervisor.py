"""Several processes on one port: who serves, who is replaced, and how all of them end."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SECONDS = 300.0
LARGE = 20_000_000
PROGRAM = (sys.executable, Path(__file__).with_name("slow_service.py"))
Start = Callable[..., Any]


@pytest.fixture
def serve(start: Start, tmp_path: Path) -> Callable[..., Any]:
    """Starts the service with slow requests, over an empty database."""

    def serve(*options: str, **variables: str) -> Any:
        said = {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path), **variables}
        return start(*options, folder=tmp_path, program=PROGRAM, **said)

    return serve


def until(holds: Callable[[], object]) -> None:
    """Wait for a state."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)  # between two looks


def is_there(process: int) -> bool:
    """Whether a process runs; one that has ended and was not reaped does not."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@dataclass
class Load:
    """Clients that keep their connections and ask one thing after the other; they end when nobody listens."""

    port: int
    clients: int = 8
    counts: Counter[str] = field(default_factory=Counter)
    threads: list[threading.Thread] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        self.threads = [threading.Thread(target=self._ask) for _ in range(self.clients)]
        for each in self.threads:
            each.start()
        until(lambda: self.counts["answered"] >= 5 * self.clients)

    def end(self) -> Counter[str]:
        self.stopped.set()
        for each in self.threads:
            each.join(SECONDS)
            assert not each.is_alive()
        return self.counts

    def _ask(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        while not self.stopped.is_set():
            try:
                connection.request("GET", "/test/slow?20")
                response = connection.getresponse()
                response.read()
            except ConnectionRefusedError:
                break
            except (OSError, HTTPException):
                connection.close()
                self.counts["lost"] += 1
            else:
                self.counts["answered" if response.status == 200 else "refused"] += 1
        connection.close()


def test_processes_share_the_port(serve: Any) -> None:
    """Each of them answers, and together they are ready."""
    service = serve("--processes=2")
    found: set[str] = set()

    def all_found() -> bool:
        answers = [HTTPConnection("127.0.0.1", service.port, timeout=SECONDS) for _ in range(8)]
        for each in answers:
            each.request("GET", "/test/slow?50")
        found.update(each.getresponse().read().decode() for each in answers)
        for each in answers:
            each.close()
        return len(found) == 2

    until(all_found)
    assert found == set(map(str, service.workers))
    assert service.get("/health/ready").json["workers"] == {"ready": 2, "warming": 0}
    assert service.stop() == 0


def test_a_worker_that_dies_is_replaced_when_the_next_one_is_warm(serve: Any, tmp_path: Path) -> None:
    """Only its own connections break; its successor answers nobody before it is warm."""
    service = serve("--processes=2")
    survivor, victim = service.workers
    (tmp_path / "cold").touch()
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(service.workers) == 2 and victim not in service.workers)
    assert {service.get("/test/pid").content for _ in range(50)} == {str(survivor).encode()}
    ready = service.get("/health/ready")
    assert (ready.status, ready.json["workers"]) == (200, {"ready": 1, "warming": 1})
    (tmp_path / "cold").unlink()
    until(lambda: service.get("/health/ready").json["workers"] == {"ready": 2, "warming": 0})
    assert service.stop() == 0
    assert f"(process {victim}) ended by SIGKILL; another one starts in 0.0 s" in service.log


def test_the_only_worker_is_waited_for(serve: Any) -> None:
    """The port stays open: who comes while there is no worker waits for the next one."""
    service = serve()
    with pytest.raises((HTTPException, OSError)):
        service.get("/test/die")
    assert service.get("/test/pid").status == 200
    assert service.stop() == 0


def test_workers_that_die_at_start_make_it_give_up(environ: dict[str, str], tmp_path: Path) -> None:
    """It says how they ended and what to do, and does not try for ever."""
    (tmp_path / "fatal").touch()
    done = subprocess.run(
        [*PROGRAM, "serve", "--port=0", "--processes=2"],
        cwd=tmp_path,
        env=environ | {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "ogrom: serve: 5 workers in a row ended before they were ready, the last one by exit code 7; "
        "fix what they say above, and start again"
    )


def test_it_says_that_it_warms_up(environ: dict[str, str], tmp_path: Path, reserved_port: int) -> None:
    """At the first start all accept at once, live answers, and ready is a 503 until everybody is warm."""
    port = reserved_port
    (tmp_path / "cold").touch()
    said = {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path), "OGROM_RELEASE": "abc"}
    command = [*map(str, PROGRAM), "serve", f"--port={port}"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ | said, stdout=subprocess.PIPE) as process:
        try:
            until(lambda: _ask(port, "/health/live") is not None)
            assert _ask(port, "/health/live") == 200
            assert _ask(port, "/health/ready") == 503
            (tmp_path / "cold").unlink()
            until(lambda: _ask(port, "/health/ready") == 200)
            process.terminate()
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()


def _ask(port: int, path: str) -> int | None:
    with suppress(OSError):
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status
    return None


def test_sigterm_under_load_loses_nothing(serve: Any) -> None:
    """In the time of grace each connection is closed behind a response, so that none is cut at the end."""
    service = serve("--processes=2", OGROM_DRAIN_GRACE="8")
    load = Load(service.port)
    load.begin()
    service.process.terminate()
    until(lambda: service.get("/health/ready").status == 503)
    until(lambda: service.get("/test/pid").headers["connection"] == "close")
    ready = service.get("/health/ready")
    assert (ready.status, ready.json["state"], ready.headers["retry-after"]) == (503, "draining", "2")
    assert service.stop(0) == 0
    assert (load.end()["lost"], load.counts["refused"]) == (0, 0)


def test_one_worker_stops_alone(serve: Any) -> None:
    """The others go on to let clients in."""
    service = serve("--processes=2", OGROM_DRAIN_GRACE="0.1")
    load = Load(service.port)
    load.begin()
    stopped = service.workers[0]
    os.kill(stopped, signal.SIGTERM)
    until(lambda: stopped not in service.workers and len(service.workers) == 2)
    assert {_sent_again(service.port) for _ in range(50)} == {0}, "a client was overlooked"
    assert service.get("/test/pid").status == 200
    assert (load.end()["lost"], load.counts["refused"]) == (0, 0)
    assert service.stop() == 0


def _sent_again(port: int) -> int:
    """How often a client's system had to send a segment again, until somebody answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(b"GET /test/pid HTTP/1.0\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        told = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        return int.from_bytes(told[100:], sys.byteorder)  # tcpi_total_retrans


def test_what_is_killed_loses_requests(serve: Any) -> None:
    """So the count above counts."""
    service = serve("--processes=2")
    load = Load(service.port)
    load.begin()
    for each in service.workers:
        os.kill(each, signal.SIGKILL)
    until(lambda: load.counts["lost"])
    service.stop()
    assert load.end()["lost"] > 0


def test_slow_large_and_queued_requests_are_finished(serve: Any) -> None:
    """Ctrl-C takes no more connections and lets everybody have what they asked for."""
    service = serve("--threads=1")
    asked = []
    for path in ("/test/large", "/test/slow?800", "/test/pid", "/test/pid"):
        connection = HTTPConnection("127.0.0.1", service.port, timeout=SECONDS)
        connection.request("GET", path)
        asked.append(connection)
    large = asked[0].getresponse()
    service.process.send_signal(signal.SIGINT)
    until(lambda: _ask(service.port, "/health/live") is None)
    assert [each.getresponse().read().isdigit() for each in asked[1:]] == [True, True, True]
    left = LARGE
    while left:  # as slowly as a telephone reads
        left -= len(large.read(1_000_000))
        time.sleep(0.01)  # the slowness itself
    assert service.stop(0) == 0
    for each in asked:
        each.close()


def test_past_its_deadline_it_cuts(serve: Any) -> None:
    """Exit code 1, and the log says how many requests that were."""
    service = serve(OGROM_DRAIN_TIMEOUT="0.2")
    asked = HTTPConnection("127.0.0.1", service.port, timeout=SECONDS)
    asked.request("GET", "/test/slow?600000")
    until(lambda: _connections(service.workers[0]) >= 1)
    assert service.stop() == 1
    assert "stopped with 1 requests unfinished" in service.log
    asked.close()


def test_the_second_signal_stops_at_once(serve: Any) -> None:
    """Whoever cannot wait need not."""
    service = serve(OGROM_DRAIN_TIMEOUT="600", OGROM_DRAIN_GRACE="600")
    asked = HTTPConnection("127.0.0.1", service.port, timeout=SECONDS)
    asked.request("GET", "/test/slow?600000")
    until(lambda: _connections(service.workers[0]) >= 1)
    service.process.terminate()
    until(lambda: service.get("/health/ready").status == 503)
    assert service.stop() == 1
    asked.close()


def _connections(process: int) -> int:
    """How many sockets a process has beside the one that listens."""
    found = 0
    for each in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            found += str(each.readlink()).startswith("socket:")
    return found - 1


def test_a_signal_to_all_processes_is_one_signal(serve: Any) -> None:
    """A service manager sends it to the whole group; nobody takes that for a second one."""
    service = serve("--processes=2")
    asked = HTTPConnection("127.0.0.1", service.port, timeout=SECONDS)
    asked.request("GET", "/test/slow?500")
    until(lambda: sum(map(_connections, service.workers)) >= 1)
    for each in (*service.workers, service.process.pid):
        os.kill(each, signal.SIGTERM)
    assert asked.getresponse().status == 200
    assert service.stop(0) == 0
    asked.close()


def test_a_worker_that_hears_nothing_is_ended(serve: Any) -> None:
    """Whoever waits for the service to stop does not wait for ever."""
    service = serve(OGROM_DRAIN_TIMEOUT="0.1")
    (worker,) = service.workers
    os.kill(worker, signal.SIGSTOP)
    assert service.stop() == 1
    assert "ended 1 processes that did not stop" in service.log
    assert not is_there(worker)


def test_workers_do_not_outlive_their_parent(serve: Any) -> None:
    """Otherwise orphans would keep the port."""
    service = serve("--processes=2")
    workers = service.workers
    assert service.stop(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not any(map(is_there, workers)))
    with socket.create_server(("127.0.0.1", service.port)):
        pass


@pytest.fixture
def as_first_process() -> tuple[str, ...]:
    """What makes a program the first process of its own world, as a container's is."""
    command = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs unshare, and to be root")
    return command


def test_it_is_stopped_as_a_containers_first_process(
    as_first_process: tuple[str, ...], start: Start, tmp_path: Path
) -> None:
    """Where a signal that nobody handles is ignored, and orphans are left to it; it reaps them."""
    said = {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path), "OGROM_DRAIN_GRACE": "0.2"}
    service = start("--processes=2", folder=tmp_path, program=(*as_first_process, *PROGRAM), **said)
    (first,) = service.workers  # of unshare
    status = Path(f"/proc/{first}/status").read_text()
    assert re.search(r"NSpid:\t\d+\t1\n", status)
    os.kill(first, signal.SIGTERM)
    assert service.stop(0) == 0
    assert service.output.endswith("Stopped.\n")


def test_health_answers_while_every_thread_is_busy(serve: Any) -> None:
    """What finds the queue full, and what has waited in it until its deadline, is told to come again."""
    service = serve(
        "--threads=1", OGROM_QUEUE="1", OGROM_DRAIN_TIMEOUT="0.1", OGROM_TRUSTED_CALLERS="127.0.0.1"
    )
    busy, waiting = (HTTPConnection("127.0.0.1", service.port, timeout=SECONDS) for _ in range(2))
    busy.request("GET", "/test/slow?600000")
    until(lambda: _connections(service.workers[0]) >= 1)
    begin = time.monotonic()
    late = service.get("/v1/de-DE/comments", X_Envoy_Expected_Rq_Timeout_Ms="500")
    assert (late.status, "No thread became free" in late.json["detail"]) == (503, True)
    assert time.monotonic() - begin >= 0.5
    until(lambda: _connections(service.workers[0]) == 1)
    waiting.request("GET", "/v1/de-DE/comments")
    until(lambda: _connections(service.workers[0]) == 2)
    full = service.get("/v1/de-DE/comments")
    assert (full.status, full.headers["content-type"]) == (503, "application/problem+json")
    assert (full.headers["retry-after"], "Too many requests wait" in full.json["detail"]) == ("1", True)
    assert (service.get("/health/live").status, service.get("/health/ready").status) == (200, 200)
    assert service.stop() == 1
    busy.close()
    waiting.close()
