"""Readiness: whose socket can be read or written, asked of the kernel without asking every connection first.

Waitress's loop asks each connection at each turn what it waits for, and a thread that has answered wakes the loop
through a pipe, so that it asks again. Here whoever changes what a connection waits for, the loop or the thread,
tells the kernel, while the loop waits (figures: docs/decisions/server-cost.md).
"""

import select
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]


class Readiness:
    """Owns what the kernel watches for a server, and lets the server's dispatchers act.

    What is kept is watched all the time. A connection is watched for one event, and then no more until `watch` is
    called: nothing is read from it while a thread answers.
    """

    def __init__(self, dispatchers: dict[int, Any]) -> None:
        """Watch nothing yet.

        Args:
            dispatchers: Waitress's map of them, by their descriptors.
        """
        self._dispatchers = dispatchers
        self._epoll = select.epoll()
        self._kept: dict[int, int] = {}

    def keep(self, dispatcher: Any) -> None:
        """Watch whoever is no connection, as long as it wants to read; call it again when that may have changed."""
        descriptor, events = dispatcher.socket.fileno(), events_of(dispatcher)
        if descriptor not in self._kept:
            self._epoll.register(descriptor, events)
        elif self._kept[descriptor] != events:
            self._epoll.modify(descriptor, events)
        self._kept[descriptor] = events

    def forget(self, dispatcher: Any) -> None:
        """Keep it no more: other processes may have its socket too, so that closing it would not end the watch."""
        descriptor = dispatcher.socket.fileno()
        del self._kept[descriptor]
        self._epoll.unregister(descriptor)

    def begin(self, descriptor: int, events: int) -> None:
        """Watch a new connection for its first event."""
        self._epoll.register(descriptor, events | select.EPOLLONESHOT)

    def watch(self, descriptor: int, events: int) -> None:
        """Watch a connection for its next event; any thread may call it."""
        self._epoll.modify(descriptor, events | select.EPOLLONESHOT)

    def turn(self, seconds: float) -> None:
        """Wait for the next events, and let those act to whom they happen.

        Args:
            seconds: how long to wait at most.
        """
        for descriptor, events in self._epoll.poll(seconds):
            dispatcher = self._dispatchers.get(descriptor)
            if dispatcher is None:
                continue  # closed by what happened to another one
            is_kept = descriptor in self._kept
            wasyncore.readwrite(dispatcher, events)
            if not is_kept:
                dispatcher.watch()

    def close(self) -> None:
        """Watch nothing any more."""
        self._epoll.close()


def events_of(dispatcher: Any) -> int:
    """What a dispatcher waits for, as epoll has it."""
    return (select.EPOLLIN if dispatcher.readable() else 0) | (
        select.EPOLLOUT if dispatcher.writable() else 0
    )
