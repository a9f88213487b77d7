"""A slow network: a TCP proxy to a loopback port that delays each byte in both directions.

`python -m bench.measure.distance PORT SECONDS` prints its own port. It has one thread and one epoll, so that it takes
little processor time from both sides.
"""

import ctypes
import gc
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

_HOST = "127.0.0.1"
_CHUNK = 1 << 18
_SLACK = 29
"""PR_SET_TIMERSLACK of prctl(2): by how many nanoseconds the kernel may wake it late."""


class DelayProxy:
    """The proxy; owns the sockets, and accepts connections until its process is ended.

    Sockets block: both sides read what they are sent, so forwarding never waits.
    """

    def __init__(self, port: int, seconds: float) -> None:
        """Listen; data is forwarded to and from that port so many seconds late."""
        self._server, self._seconds = port, seconds
        self._listener = socket.create_server((_HOST, 0), backlog=512)
        self._epoll = select.epoll()
        self._epoll.register(self._listener, select.EPOLLIN)
        self._pairs: dict[int, tuple[socket.socket, socket.socket]] = {}
        self._under_way: deque[tuple[float, int, bytes]] = deque()
        self.port: int = self._listener.getsockname()[1]

    def run(self) -> None:
        """Forward."""
        while True:
            wait = max(0.0, self._under_way[0][0] - time.perf_counter()) if self._under_way else None
            # select has a resolution of microseconds, epoll_wait one of milliseconds.
            if select.select((self._epoll,), (), (), wait)[0]:
                for descriptor, _ in self._epoll.poll(0):
                    self._take(descriptor)
            now = time.perf_counter()
            while self._under_way and self._under_way[0][0] <= now:
                _, descriptor, data = self._under_way.popleft()
                self._deliver(descriptor, data)

    def _take(self, descriptor: int) -> None:
        if descriptor == self._listener.fileno():
            self._accept()
            return
        data = b""
        with suppress(OSError):
            data = self._pairs[descriptor][0].recv(_CHUNK)
        if not data:
            self._epoll.unregister(descriptor)
        self._under_way.append((time.perf_counter() + self._seconds, descriptor, data))

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection((_HOST, self._server))
        for source, target in ((client, server), (server, client)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs[source.fileno()] = (source, target)
            self._epoll.register(source, select.EPOLLIN)

    def _deliver(self, descriptor: int, data: bytes) -> None:
        if descriptor not in self._pairs:
            return
        source, target = self._pairs[descriptor]
        try:
            target.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._close(source, target)

    def _close(self, *pair: socket.socket) -> None:
        numbers = {each.fileno() for each in pair}
        for each in pair:
            del self._pairs[each.fileno()]
            each.close()  # which also removes it from the epoll
        # The number may soon belong to another connection.
        self._under_way = deque(each for each in self._under_way if each[1] not in numbers)


ROUND_TRIP = 0.001
"""Seconds, as between two zones of a region, or from a machine to a managed database."""


@dataclass(frozen=True)
class DelayedDatabase:
    """A database behind a proxy.

    Attributes:
        url: the database's, through the proxy.
        process_id: the proxy's.
    """

    url: str
    process_id: int


@dataclass(frozen=True)
class Delayed:
    """A port that leads to another one, slowly.

    Attributes:
        port: the near one.
        process_id: the proxy's.
    """

    port: int
    process_id: int


@contextmanager
def delayed(port: int, round_trip: float) -> Iterator[Delayed]:
    """A proxy before a port of this machine while the block runs; half of the round trip is in each direction."""
    command = (sys.executable, "-m", f"{__package__}.distance", str(port), str(round_trip / 2))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Delayed(int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()


@contextmanager
def delayed_database(url: str, round_trip: float = ROUND_TRIP) -> Iterator[DelayedDatabase]:
    """A proxy before a database on this machine while the block runs."""
    parts = urlsplit(url)
    assert parts.port is not None
    with delayed(parts.port, round_trip) as there:
        near = parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{there.port}")
        yield DelayedDatabase(near.geturl(), there.process_id)


def main(port: str, seconds: str) -> None:
    """Listen, print the port, forward."""
    ctypes.CDLL(None).prctl(_SLACK, 1, 0, 0, 0)
    proxy = DelayProxy(int(port), float(seconds))
    print(proxy.port, flush=True)
    gc.freeze()
    proxy.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
