"""What the kernel watches for a server, on pairs of sockets."""

import os
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from ogrom.run.readiness import Readiness, events_of


@dataclass
class Dispatcher:
    """One end of a pair, as Waitress has it, and what it has been told to do."""

    socket: Any
    peer: Any
    reads: bool = True
    writes: bool = False
    acts: list[str] = field(default_factory=list)
    act: Callable[[], None] = lambda: None

    def readable(self) -> bool:
        return self.reads

    def writable(self) -> bool:
        return self.writes

    def handle_read_event(self) -> None:
        self.acts.append("read")
        self.act()

    def handle_write_event(self) -> None:
        self.acts.append("write")

    def handle_close(self) -> None:
        self.acts.append("close")

    def watch(self) -> None:
        self.acts.append("watch")


@pytest.fixture
def dispatchers() -> Iterator[dict[int, Any]]:
    made: dict[int, Any] = {}
    yield made
    for each in made.values():
        each.socket.close()
        each.peer.close()


@pytest.fixture
def readiness(dispatchers: dict[int, Any]) -> Iterator[Readiness]:
    made = Readiness(dispatchers)
    yield made
    made.close()


def pair(dispatchers: dict[int, Any], *, reads: bool = True, writes: bool = False) -> Dispatcher:
    ours, theirs = socket.socketpair()
    made = dispatchers[ours.fileno()] = Dispatcher(ours, theirs, reads, writes)
    return made


def test_a_connection_is_read_once_until_it_is_watched_anew(
    readiness: Readiness, dispatchers: dict[int, Any]
) -> None:
    """While a thread answers, nothing more is taken from the client, though it has sent more."""
    connection = pair(dispatchers)
    readiness.begin(connection.socket.fileno(), events_of(connection))
    connection.peer.send(b"x")
    readiness.turn(0)
    readiness.turn(0)
    assert connection.acts == ["read", "watch"]
    readiness.watch(connection.socket.fileno(), events_of(connection))
    readiness.turn(0)
    assert connection.acts == ["read", "watch"] * 2


def test_who_waits_to_write_is_told(readiness: Readiness, dispatchers: dict[int, Any]) -> None:
    """What a client did not take at once is sent when it takes more."""
    connection = pair(dispatchers, reads=False, writes=True)
    readiness.begin(connection.socket.fileno(), events_of(connection))
    readiness.turn(0)
    assert connection.acts == ["write", "watch"]


def test_what_is_kept_is_watched_all_the_time(readiness: Readiness, dispatchers: dict[int, Any]) -> None:
    """Except while it does not want to be read, as a listener that has enough connections."""
    listener = pair(dispatchers)
    listener.peer.send(b"x")
    for listener.reads in (True, False, True):
        readiness.keep(listener)
        readiness.turn(0)
    assert listener.acts == ["read", "read"]


def test_what_is_forgotten_is_not_heard_of(readiness: Readiness, dispatchers: dict[int, Any]) -> None:
    """Also where somebody else has the same socket, so that it lives on when it is closed here."""
    listener = pair(dispatchers)
    twin = os.dup(listener.socket.fileno())
    readiness.keep(listener)
    readiness.forget(listener)
    listener.peer.send(b"x")
    readiness.turn(0)
    assert listener.acts == []
    os.close(twin)


def test_who_was_closed_by_another_one_is_left_alone(
    readiness: Readiness, dispatchers: dict[int, Any]
) -> None:
    """Both had something to read in the same turn."""
    both = [pair(dispatchers) for _ in range(2)]

    def leave() -> None:
        for each in list(dispatchers.values()):
            if not each.acts:
                with suppress(KeyError):
                    del dispatchers[each.socket.fileno()]
                each.socket.close()
                each.peer.close()

    for each in both:
        each.act = leave
        readiness.begin(each.socket.fileno(), select.EPOLLIN)
        each.peer.send(b"x")
    readiness.turn(0)
    assert sorted(each.acts for each in both) == [[], ["read", "watch"]]
