"""A loop that is held up: the standby polls in its place, and whoever is to mend it is told what holds it."""

import logging
import re
import socket
import time
from collections.abc import Callable, Iterable
from threading import Event, Thread, get_ident
from typing import Any

import pytest

from ogrom.server import loop
from ogrom.server.greenlets import Greenlets
from ogrom.server.lanes import Lane, paths
from ogrom.server.limits import Limits
from ogrom.server.listening import bound
from ogrom.server.loop import Server
from ogrom.server.standby import Standby
from ogrom.server.testing import running

SECONDS = 300.0


class Held:
    """An application of the loop, which `/block` blocks until it is released."""

    def __init__(self) -> None:
        self.waiter = Greenlets()
        self.entered, self.release = Event(), Event()
        self.answered: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/block":
            self.entered.set()
            self.release.wait(SECONDS)
        self.answered.append(path)
        start_response("200 OK", [])
        return [path.encode()]


def ask(port: int, path: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), SECONDS)
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    return sock


def answer(sock: socket.socket) -> str:
    """The status and the content of a response."""
    with sock, sock.makefile("rb") as file:
        header, _, content = file.read().decode().partition("\r\n\r\n")
        return f"{header.split()[1]} {content.strip()}"


LANES = (Lane("health", 1, paths("/health")), Lane("application", 1, on_loop=lambda _: True))


def test_health_and_refusals_go_on(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of the application runs meanwhile; afterwards whoever has asked is answered."""
    held = Held()
    with running(held, Limits(requests=2), LANES, held.waiter) as port:
        try:
            blocked = ask(port, "/block")
            assert held.entered.wait(SECONDS)
            assert answer(ask(port, "/health")) == "200 /health"
            later = ask(port, "/later")
            while "Too many requests" not in answer(ask(port, "/more")):
                pass  # the one before has not been read yet
            assert answer(ask(port, "/health")) == "200 /health"
            assert "/later" not in held.answered
        finally:
            held.release.set()
        assert (answer(blocked), answer(later)) == ("200 /block", "200 /later")
    assert re.search(
        r"blocked for \d+ ms; have a Waiter run what blocks it:\n(.*\n)*.*release\.wait", caplog.text
    )


def test_who_was_answered_before_hears_it_at_once() -> None:
    """Responses of one turn are sent together, but not behind one that blocks."""
    held = Held()
    is_held, both_have_asked = Event(), Event()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/hold":
            is_held.set()
            both_have_asked.wait(SECONDS)
        return held(environ, start_response)

    with running(app, lanes=LANES, waiter=held.waiter) as port:
        try:
            first = ask(port, "/hold")
            assert is_held.wait(SECONDS)
            others = ask(port, "/quick"), ask(port, "/block")
            both_have_asked.set()
            assert held.entered.wait(SECONDS)
            assert answer(others[0]) == "200 /quick"
        finally:
            held.release.set()
        assert (answer(first), answer(others[1])) == ("200 /hold", "200 /block")
    assert held.answered == ["/hold", "/quick", "/block"]


def test_what_holds_it_up_is_told_once_a_second(caplog: pytest.LogCaptureFixture) -> None:
    """However often that happens."""
    looks = iter([time.monotonic() - 1.0] * 50)
    done = Event()

    def busy_since() -> float:
        try:
            return next(looks)
        except StopIteration:
            done.set()
            return 0.0

    stood_in: list[float] = []
    standby = Standby(busy_since, stood_in.append)
    begin = time.monotonic()
    with caplog.at_level(logging.WARNING):
        standby.watch(get_ident())
        assert done.wait(SECONDS)
        standby.end()
    assert len(stood_in) == 50
    assert 1 <= caplog.text.count("the loop was blocked") <= 1 + time.monotonic() - begin


def test_a_loop_that_polls_is_left_alone() -> None:
    """Or has been away for a moment only."""
    looks = 0
    done = Event()

    def busy_since() -> float:
        nonlocal looks
        looks += 1
        if looks > 10:
            done.set()
        return 0.0 if looks % 2 else time.monotonic()

    stood_in: list[float] = []
    standby = Standby(busy_since, stood_in.append)
    standby.watch(0)
    assert done.wait(SECONDS)
    standby.end()
    assert stood_in == []


def test_how_often_it_is_held_up_is_counted() -> None:
    """And for how long."""
    held = Held()
    listener = bound("127.0.0.1:0")
    port = listener.getsockname()[1]
    server = Server(held, listener, Limits(), LANES, greenlets=held.waiter)
    thread = Thread(target=server.run)
    thread.start()
    blocked = ask(port, "/block")
    assert held.entered.wait(SECONDS)
    time.sleep(0.1)  # the delay itself
    assert (server.loop().begun, server.loop().lags) == (1, 0)
    held.release.set()
    assert answer(blocked) == "200 /block"
    server.stop()
    thread.join(SECONDS)
    server.join(SECONDS)
    state = server.loop()
    assert (state.begun, state.parked, state.lags >= 1, state.lag_seconds >= 0.1) == (0, 0, True, True)


def test_who_comes_as_it_ends_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the standby was woken by, or has handed on, is the loop's as well; no sweep has to find it."""
    monkeypatch.setattr(loop, "_SWEEP_SECONDS", SECONDS)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/block":
            time.sleep(0.07)  # the hold-up itself
        start_response("200 OK", [])
        return [b"ok"]

    with (
        running(app, lanes=LANES, waiter=Greenlets()) as port,
        socket.create_connection(("127.0.0.1", port), 20.0) as one,
        socket.create_connection(("127.0.0.1", port), 20.0) as other,
    ):
        for _ in range(5):
            one.sendall(b"GET /block HTTP/1.1\r\nHost: a\r\n\r\n")
            assert one.recv(1000).endswith(b"ok")
            other.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")  # the standby still has the poll
            assert other.recv(1000).endswith(b"ok")


def test_a_log_that_nobody_takes_stops_no_standby() -> None:
    """It may be what holds the loop up."""
    held = Held()

    class Full(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            held.release.wait(SECONDS)

    full = Full()
    logging.getLogger("ogrom.server").addHandler(full)
    try:
        with running(held, Limits(), LANES, held.waiter) as port:
            blocked = ask(port, "/block")
            assert held.entered.wait(SECONDS)
            assert answer(ask(port, "/health")) == "200 /health"
            held.release.set()
            assert answer(blocked) == "200 /block"
    finally:
        held.release.set()
        logging.getLogger("ogrom.server").removeHandler(full)


def test_a_standby_that_fails_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """It is the last one who could."""
    looks = 0
    done = Event()

    def busy_since() -> float:
        nonlocal looks
        looks += 1
        if looks > 3:
            done.set()
            return 0.0
        return time.monotonic() - 1.0

    def fail(_: float) -> None:
        raise OSError("no memory")

    standby = Standby(busy_since, fail)
    standby.watch(get_ident())
    assert done.wait(SECONDS)
    standby.end()
    assert caplog.text.count("the standby failed") == 3
