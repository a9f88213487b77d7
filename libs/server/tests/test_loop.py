"""The server, with small applications in a thread of its own."""

import errno
import os
import resource
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event, Thread, Timer
from typing import Any
from unittest.mock import Mock

import pytest

from ogrom.server import ARRIVED, loop
from ogrom.server.dispatcher import Dispatcher
from ogrom.server.greenlets import Greenlets
from ogrom.server.lanes import Lane, is_read
from ogrom.server.limits import Limits
from ogrom.server.listening import bound
from ogrom.server.loop import Server
from ogrom.server.testing import running

SECONDS = 300.0
LARGE = 20_000_000


@dataclass
class Running:
    """A server that runs, and what its applications wait for and tell."""

    server: Server
    thread: Thread
    address: socket.socket
    entered: Event
    release: Event
    connections: list[HTTPConnection] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.address.getsockname()[1])

    def ask(self, path: str, headers: dict[str, str] | None = None) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("GET", path, headers=headers or {})
        self.connections.append(connection)
        return connection

    def stops(self) -> bool:
        self.thread.join(SECONDS)
        return not self.thread.is_alive()


Start = Callable[..., Running]


@pytest.fixture(params=["threads", "loop"])
def waiter(request: pytest.FixtureRequest) -> Greenlets | None:
    """By which applications wait; None where threads answer."""
    return Greenlets() if request.param == "loop" else None


@pytest.fixture
def start(waiter: Greenlets | None) -> Iterator[Start]:
    """Starts servers, which end with the test."""
    started: list[Running] = []

    def start(threads: int = 2, drain_seconds: float = SECONDS, **more: Any) -> Running:
        entered, release = Event(), Event()
        # Keeps the port ours when the server has left it.
        address = bound("127.0.0.1:0")
        server = _server(
            bound(_address(address)), entered, release, threads, drain_seconds, waiter=waiter, **more
        )
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        started.append(Running(server, thread, address, entered, release))
        return started[-1]

    yield start
    for each in started:
        each.release.set()
        if each.thread.is_alive():
            each.server.cut()
        assert each.stops()
        each.server.join(SECONDS)  # of threads that were busy when it stopped
        each.address.close()
        for connection in each.connections:
            connection.close()


def _address(sock: socket.socket) -> str:
    host, port = sock.getsockname()
    return f"{host}:{port}"


def _server(
    listener: socket.socket,
    entered: Event,
    release: Event,
    threads: int = 1,
    drain_seconds: float = SECONDS,
    *,
    queue: int = 64,
    patience: float = SECONDS,
    waiter: Greenlets | None = None,
    **more: Any,
) -> Server:
    lanes = (Lane("application", threads, queue=queue, patience=lambda _: patience, on_loop=is_read),)
    application = _app(entered, release, waiter)
    return Server(
        application,
        listener,
        Limits(requests=1000 + queue),
        lanes,
        greenlets=waiter,
        drain_seconds=drain_seconds,
        **more,
    )


def _app(entered: Event, release: Event, waiter: Greenlets | None) -> Callable[..., Any]:
    """`/slow` waits to be released, `/large` is more than a socket holds, `/endless` has no end, `/arrived` says when,
    anything else is `ok`.
    """

    run = Greenlets().run if waiter is None else waiter.run

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1_000_000
        finally:
            release.set()

    def hold() -> None:
        entered.set()
        release.wait(SECONDS)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/endless":
            start_response("200 OK", [])
            return endless()
        content = b"x" * LARGE if environ["PATH_INFO"] == "/large" else b"ok"
        if environ["PATH_INFO"] == "/arrived":
            content = str(environ[ARRIVED]).encode()
        if environ["PATH_INFO"] == "/slow":
            run(hold)
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


def test_a_request_arrives_before_it_waits_for_a_thread(start: Start) -> None:
    """So its deadline and its duration count the time in the queue."""
    running = start(threads=1)
    slow, begin = running.ask("/slow"), time.monotonic()
    assert running.entered.wait(SECONDS)
    asked = running.ask("/arrived")
    # On the loop it waits for no thread, and is answered at once.
    while running.server.queue()[0] == 0 and not select.select([asked.sock], [], [], 0.01)[0]:
        assert time.monotonic() < begin + SECONDS
    released = time.monotonic()
    running.release.set()
    assert slow.getresponse().read() == b"ok"
    assert begin < float(asked.getresponse().read()) < released


def test_whoever_is_connected_already_is_answered() -> None:
    """The system has taken the connection for us, though we have not seen it yet."""
    sock = bound("127.0.0.1:0")
    port = sock.getsockname()[1]
    server = _server(sock, Event(), Event())
    clients = [socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(3)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
    server.stop()
    server.run()
    for client in clients:
        with client:
            assert client.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("processes", "accepted"), [(1, 3), (2, 1)])
def test_others_may_accept_as_well(processes: int, accepted: int) -> None:
    """Else the first process that wakes would have all connections that come together."""
    sock = bound("127.0.0.1:0")
    port = sock.getsockname()[1]
    server = _server(sock, Event(), Event(), processes=processes)
    clients = [socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(3)]
    server._turn(SECONDS)
    assert len(server._connections) == accepted
    for each in clients:
        each.close()
    server.stop()
    server.run()


def test_whoever_has_just_connected_may_ask(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first request may be on its way."""
    monkeypatch.setattr("ogrom.server.connection._SECONDS_TO_ASK", SECONDS)
    running = start()
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as client:
        running.server.stop()
        _wait_until_refused(running.port)
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
    assert running.stops()


@pytest.mark.parametrize("drain_seconds", [SECONDS, 0.1])
def test_whoever_asks_nothing_does_not_keep_it(
    start: Start, caplog: pytest.LogCaptureFixture, drain_seconds: float
) -> None:
    """A round trip later nothing is on its way; if patience ends before, nothing was cut."""
    running = start(drain_seconds=drain_seconds)
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as client:
        running.server.stop()
        assert client.recv(65536) == b""
        assert running.stops()
    assert "unfinished" not in caplog.text


@pytest.mark.parametrize("closes_port", [False, True])
def test_nobody_connects_to_a_port_that_is_being_closed(
    start: Start, monkeypatch: pytest.MonkeyPatch, *, closes_port: bool
) -> None:
    """Between the last look and the close; where others serve on, one of them would accept."""
    running = start()
    found: list[int] = []

    def stop_listening() -> None:
        with socket.socket() as client:
            client.settimeout(0.1)
            found.append(client.connect_ex(("127.0.0.1", running.port)))
        original()

    original = running.server._stop_listening
    monkeypatch.setattr(running.server, "_stop_listening", stop_listening)
    running.server.stop(closes_port=lambda: closes_port)
    assert running.stops()
    assert found == [errno.EAGAIN if closes_port else 0]


def test_it_stops_where_no_filter_is_allowed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a sandbox."""
    refuse = Mock(side_effect=PermissionError)
    monkeypatch.setattr("ogrom.server.loop.drop_new_connections", refuse)
    running = start()
    running.server.stop(closes_port=lambda: True)
    assert running.stops()
    refuse.assert_called_once()


def test_responses_of_one_turn_are_sent_eight_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each alone would wake its client, or the balancer that has all of them."""
    monkeypatch.setattr(loop, "_SECONDS_TO_FINISH", SECONDS)
    is_held, all_have_asked, all_are_answered = Event(), Event(), Event()
    clients = list[socket.socket]()
    heard = list[list[int]]()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/hold":
            is_held.set()
            all_have_asked.wait(SECONDS)
        else:
            readable, _, _ = select.select(clients, [], [], 0.0)
            heard.append([clients.index(each) for each in readable])
            if len(heard) == 17:
                all_are_answered.set()
        start_response("200 OK", [])
        return [b"ok"]

    lanes = [Lane("application", 1, on_loop=lambda _: True)]
    with running(app, Limits(), lanes, Greenlets()) as port, ExitStack() as stack:

        def ask(path: str) -> socket.socket:
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port), SECONDS))
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            return sock

        first = ask("/hold")
        assert is_held.wait(SECONDS)
        clients += [ask("/") for _ in range(17)]
        all_have_asked.set()
        assert all_are_answered.wait(SECONDS)
        for each in (first, *clients):
            assert each.recv(1000).endswith(b"ok")
    assert heard == [[]] * 8 + [[*range(8)]] * 8 + [[*range(16)]]


def test_a_large_response_is_sent_to_its_end(start: Start) -> None:
    """What no socket holds at once is still on its way when the server is told to stop."""
    running = start()
    response = running.ask("/large").getresponse()
    running.server.stop()
    assert len(response.read()) == LARGE
    assert running.stops()


@pytest.mark.parametrize("second", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n"])
def test_what_comes_behind_the_last_request_takes_no_response_away(start: Start, second: bytes) -> None:
    """Closing with something unread resets the connection (RFC 9112, 9.6)."""
    running = start()
    with socket.create_connection(("127.0.0.1", running.port), timeout=SECONDS) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        assert running.entered.wait(SECONDS)
        client.sendall(second)
        running.server.stop()
        _wait_until_refused(running.port)
        running.release.set()
        with client.makefile("rb") as file:
            assert file.read().endswith(b"ok")
    assert running.stops()


@pytest.mark.slow
def test_more_requests_than_events_are_answered(start: Start) -> None:
    """What has arrived when the server stops: epoll gives 1,023 events at once unless asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 8192), hard))
    try:
        running = start(queue=2000)
        slow = running.ask("/slow")
        clients = [socket.create_connection(("127.0.0.1", running.port), SECONDS) for _ in range(1500)]
        for each in clients:
            each.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert each.recv(100).endswith(b"ok")
        # The loop does nothing while it stops listening.
        original = running.server._stop_listening

        def stop_listening() -> None:
            for each in clients:
                each.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            original()

        running.server._stop_listening = stop_listening  # type: ignore[method-assign]
        running.server.stop()
        for each in clients:
            with each:
                assert each.recv(1000).endswith(b"ok")
        running.release.set()
        assert slow.getresponse().read() == b"ok"
        assert running.stops()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_an_idle_connection_does_not_keep_it(start: Start) -> None:
    """A client that keeps its connection for later is no reason to wait."""
    running = start()
    connection = running.ask("/")
    assert connection.getresponse().read() == b"ok"
    running.server.stop()
    assert running.stops()


def test_its_patience_ends(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    """A request that never ends is cut off, and the log says so."""
    running = start(drain_seconds=0.1)
    running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    assert running.stops()
    assert "stopped with 1 requests unfinished" in caplog.text


def test_a_response_that_nobody_reads_is_given_up(start: Start) -> None:
    """The thread that waits to send more of it ends with the server."""
    running = start(drain_seconds=0.1)
    response = running.ask("/endless").getresponse()
    running.server.stop()
    assert running.stops()
    assert running.release.wait(SECONDS)
    response.close()


def test_a_cut_is_at_once(start: Start) -> None:
    """The second signal does not wait for anybody."""
    running = start(drain_seconds=600)
    running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    running.server.cut()
    assert running.stops()


def _wait_until_refused(port: int) -> None:
    end = time.monotonic() + SECONDS
    with suppress(ConnectionError):
        while time.monotonic() < end:
            socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
        pytest.fail("the server still takes connections")


def test_to_stop_what_has_stopped_is_no_error(start: Start) -> None:
    """A second signal may come when nothing is left; what has its number by then gets no byte."""
    running = start()
    number = running.server._wakes
    running.server.stop()
    assert running.stops()
    reading, writing = os.pipe()
    if writing != number:
        os.dup2(writing, number)
    os.set_blocking(reading, False)
    running.server.stop()
    running.server.accept()
    with pytest.raises(BlockingIOError):
        os.read(reading, 1)
    for each in {reading, writing, number}:
        os.close(each)


def test_nobody_wakes_what_is_closed_meanwhile(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that is about to write is waited for: the warm-up may end when the server does."""
    running = start()
    slow = running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    dispatcher = running.server._dispatcher
    writes, may_write, has_shut_down, closed = Event(), Event(), Event(), Event()

    def shut_down(seconds: float) -> None:
        Dispatcher.shutdown(dispatcher, seconds)
        has_shut_down.set()

    def write(number: int, value: int) -> None:
        writes.set()
        may_write.wait(SECONDS)
        original_write(number, value)

    def close(number: int) -> None:
        if number == running.server._wakes:
            closed.set()
        original_close(number)

    original_write, original_close = os.eventfd_write, os.close
    monkeypatch.setattr("ogrom.server.loop.os.eventfd_write", write)
    monkeypatch.setattr("ogrom.server.loop.os.close", close)
    monkeypatch.setattr(dispatcher, "shutdown", shut_down)
    with ThreadPoolExecutor(1) as pool:
        woken = pool.submit(running.server.accept)
        assert writes.wait(SECONDS)
        running.release.set()
        assert slow.getresponse().read() == b"ok"
        assert has_shut_down.wait(SECONDS)
        was_closed = closed.wait(0.2)
        may_write.set()
        woken.result(SECONDS)
    assert not was_closed
    assert running.stops()
    assert closed.is_set()


def test_a_signal_may_come_while_it_is_closed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its handler runs in the thread that closes, and neither waits for itself nor writes."""
    running = start()

    def close(number: int) -> None:
        if number == running.server._wakes:
            running.server.cut()
            original(number)
            running.server.cut()
        else:
            original(number)

    original = os.close
    monkeypatch.setattr("ogrom.server.loop.os.close", close)
    running.server.stop()
    assert running.stops()


def raw(port: int, sent: bytes) -> bytes:
    """What comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(sent)
        received = b""
        while part := client.recv(65536):
            received += part
        return received


@pytest.mark.parametrize(
    "request_", [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"]
)
def test_in_the_time_of_grace_each_connection_is_closed_behind_its_response(
    start: Start, request_: bytes
) -> None:
    """So that at the end nobody has one over which a request could be on its way."""
    running = start()
    running.server.stop(delay=600.0)
    answer = raw(running.port, request_)
    assert answer.count(b"HTTP/1.") == 1
    assert answer.lower().count(b"\r\nconnection: ") == answer.count(b"\r\nConnection: close\r\n") == 1
    assert answer.endswith(b"ok")
    running.server.stop()
    assert running.stops()


def test_what_was_sent_over_one_connection_together_is_answered(start: Start) -> None:
    """The last response of a pipeline closes it."""
    running = start()
    running.server.stop(delay=600.0)
    answer = raw(running.port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
    assert (answer.count(b"200 OK"), answer.count(b"Connection: close")) == (3, 1)


def test_grace_ends(start: Start) -> None:
    """Then it stops listening."""
    running = start()
    running.server.stop(delay=0.05)
    assert running.stops()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port))


def test_what_is_sooner_counts(start: Start) -> None:
    """A milder word after a harder one changes nothing."""
    running = start()
    running.server.stop()
    running.server.stop(delay=600.0)
    assert running.stops()


def test_it_accepts_nobody_before_it_may(start: Start) -> None:
    """Clients wait in the system's queue, and are answered then."""
    running = start(accepts_after=SECONDS)
    asked = running.ask("/")
    assert asked.sock is not None
    readable, _, _ = select.select([asked.sock], [], [], 0.2)
    assert readable == []
    running.server.accept()
    assert asked.getresponse().read() == b"ok"


def test_who_waits_is_answered_though_it_never_accepted(start: Start) -> None:
    """A replacement that is told to stop before it was warm may be the only one left."""
    running = start(accepts_after=SECONDS)
    asked = running.ask("/")
    running.server.stop()
    assert asked.getresponse().read() == b"ok"
    assert running.stops()


def test_it_ends_with_its_parent(start: Start) -> None:
    """The pipe that only the parent holds open is closed with it, and what runs is finished."""
    reading, writing = os.pipe()
    running = start(lifeline=reading)
    slow = running.ask("/slow")
    assert running.entered.wait(SECONDS)
    os.close(writing)
    _wait_until_refused(running.port)
    running.release.set()
    assert slow.getresponse().read() == b"ok"
    assert running.stops()
    os.close(reading)


def test_it_tells_how_many_it_has_cut(start: Start) -> None:
    """The exit code depends on it."""
    sock = bound("127.0.0.1:0")
    port = sock.getsockname()[1]
    release = Event()
    server = _server(sock, Event(), release, drain_seconds=0.1)
    asked = [HTTPConnection("127.0.0.1", port, timeout=SECONDS) for _ in range(3)]
    for each, path in zip(asked, ("/slow", "/slow", "/"), strict=True):
        each.request("GET", path)
    server.stop()
    assert server.run() == 3
    release.set()
    server.join(SECONDS)
    for each in asked:
        each.close()


def test_overload_is_told_at_once_and_a_late_request_in_time(start: Start) -> None:
    """Though every thread is stuck."""
    running = start(threads=1, queue=1, patience=0.3)
    running.ask("/slow")
    assert running.entered.wait(SECONDS)
    begin = time.monotonic()
    with running.ask("/slow").getresponse() as response:
        assert response.status == 503
    assert time.monotonic() - begin >= 0.3


@pytest.mark.parametrize("jump", [1e9, -1e9])
def test_a_clock_that_is_set_closes_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    """Deadlines go by the time that passes, and not by what somebody calls it."""
    running = start()
    client = running.ask("/")
    assert client.getresponse().read() == b"ok"
    kept, now = client.sock, time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    time.sleep(1.1)  # two looks at all deadlines
    client.request("GET", "/")
    assert client.getresponse().read() == b"ok"
    assert client.sock is kept


def test_a_client_that_does_not_close_costs_nothing(start: Start) -> None:
    """While the server waits for it behind the last response, the loop sleeps."""
    turns: list[None] = []
    running = start(beat=lambda: turns.append(None))
    with socket.create_connection(("127.0.0.1", running.port), SECONDS) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        while sock.recv(65536):
            pass
        turns.clear()
        time.sleep(0.3)  # the time in which it would turn thousands of times
        assert len(turns) < 30


def test_what_is_done_as_it_stops_is_still_told(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing may take any longer, too."""
    monkeypatch.setattr(loop, "_SECONDS_TO_END", SECONDS)
    running = start(drain_seconds=0.0)
    slow = running.ask("/slow")
    assert running.entered.wait(SECONDS)
    running.server.stop()
    Timer(0.1, running.release.set).start()
    with slow.getresponse() as response:
        assert response.status == 200
    assert running.stops()


def test_who_waits_as_it_stops_is_told_to_come_again() -> None:
    """And not left without a word."""
    waiter, parked = Greenlets(), Event()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        wait = waiter.wait()
        parked.set()
        wait.until(None)
        raise AssertionError("nobody ends it")

    with socket.socket() as sock:
        with running(app, waiter=waiter) as port:
            sock.settimeout(SECONDS)
            sock.connect(("127.0.0.1", port))
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert parked.wait(SECONDS)
        with sock.makefile("rb") as file:
            said = file.read()
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"Send the request again if it only reads" in said
