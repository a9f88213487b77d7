"""The server, with small applications in a thread of its own."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event, Thread
from typing import Any

import pytest

from ogrom.run.listener import listener
from ogrom.run.server import Server
from ogrom.run.settings import Settings

SECONDS = 30
LARGE = 20_000_000


@dataclass
class Running:
    """A server that runs, and what its applications wait for and tell."""

    server: Server
    thread: Thread
    port: int
    entered: Event
    release: Event
    connections: list[HTTPConnection] = field(default_factory=list)

    def ask(self, path: str) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("GET", path)
        self.connections.append(connection)
        return connection

    def stops(self) -> bool:
        self.thread.join(SECONDS)
        return not self.thread.is_alive()


Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers, which end with the test."""
    started: list[Running] = []

    def start(threads: int = 2, drain_timeout: float = SECONDS) -> Running:
        entered, release = Event(), Event()
        sock = listener("127.0.0.1", 0)
        port = sock.getsockname()[1]
        server = Server(_app(entered, release), sock, Settings(threads=threads, drain_timeout=drain_timeout))
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        started.append(Running(server, thread, port, entered, release))
        return started[-1]

    yield start
    for each in started:
        each.release.set()
        if each.thread.is_alive():
            each.server.cut()
        assert each.stops()
        for connection in each.connections:
            connection.close()


def _app(entered: Event, release: Event) -> Callable[..., Any]:
    """`/slow` waits to be released, `/large` is more than a socket holds, anything else is `ok`."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        content = b"x" * LARGE if environ["PATH_INFO"] == "/large" else b"ok"
        if environ["PATH_INFO"] == "/slow":
            entered.set()
            release.wait(SECONDS)
        start_response("200 OK", [("Content-Length", str(len(content)))])
        return [content]

    return app


def test_it_answers_without_saying_what_it_is(start: Start) -> None:
    """No Server field tells a stranger which bugs to try."""
    response = start().ask("/").getresponse()
    assert (response.status, response.read(), response.getheader("Server")) == (200, b"ok", None)


def test_what_runs_is_finished(start: Start) -> None:
    """A stop does not cut the request that is being answered."""
    running = start()
    slow = running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    _wait_until_refused(running.port)
    running.release.set()
    assert slow.getresponse().read() == b"ok"
    assert running.stops()


def test_what_waits_for_a_thread_is_answered(start: Start) -> None:
    """A request that was taken is not dropped because another one is slow."""
    running = start(threads=1)
    first = running.ask("/slow")
    assert running.entered.wait(SECONDS)
    others = [running.ask("/") for _ in range(5)]
    running.server.stop()
    _wait_until_refused(running.port)
    running.release.set()
    assert [each.getresponse().read() for each in (first, *others)] == [b"ok"] * 6
    assert running.stops()


def test_whoever_is_connected_already_is_answered() -> None:
    """The system has taken the connection for us, though we have not seen it yet."""
    sock = listener("127.0.0.1", 0)
    port = sock.getsockname()[1]
    server = Server(_app(Event(), Event()), sock, Settings(threads=1, drain_timeout=SECONDS))
    clients = [socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(3)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
    server.stop()
    server.run()
    for client in clients:
        with client:
            assert client.recv(65536).startswith(b"HTTP/1.0 200")


def test_a_large_response_is_sent_to_its_end(start: Start) -> None:
    """What no socket holds at once is still on its way when the server is told to stop."""
    running = start()
    response = running.ask("/large").getresponse()
    running.server.stop()
    assert len(response.read()) == LARGE
    assert running.stops()


def test_an_idle_connection_does_not_keep_it(start: Start) -> None:
    """A client that keeps its connection for later is no reason to wait."""
    running = start()
    connection = running.ask("/")
    assert connection.getresponse().read() == b"ok"
    running.server.stop()
    assert running.stops()


def test_its_patience_ends(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    """A request that never ends is cut off, and the log says so."""
    running = start(drain_timeout=0.1)
    running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    assert running.stops()
    assert "stopped with 1 requests unfinished" in caplog.text


def test_a_cut_is_at_once(start: Start) -> None:
    """The second signal does not wait for anybody."""
    running = start(drain_timeout=600)
    running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    running.server.cut()
    assert running.stops()


def _wait_until_refused(port: int) -> None:
    for _ in range(SECONDS * 1000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        except ConnectionError:
            return
    pytest.fail("the server still takes connections")


def test_to_stop_what_has_stopped_is_no_error(start: Start) -> None:
    """A second signal may come when nothing is left."""
    running = start()
    running.server.stop()
    running.thread.join(SECONDS)
    assert not running.thread.is_alive()
    running.server.stop()
