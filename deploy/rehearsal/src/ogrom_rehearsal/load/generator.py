"""The generator: starts each request on time, whatever became of those before it.

`python -m ogrom_rehearsal.load.generator URL` reads a profile from its input and writes each result as a line of JSON;
the end of its input stops it. It speaks HTTP itself, on an epoll: a request costs it a tenth of what it costs a client
library, so that a server that answers thousands a second on the same processors can be asked at a fixed rate.
"""

import gc
import os
import select
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from .connection import CHUNK, Connection, NotHTTP
from .profile import Profile, Target, Writes
from .results import Fault, RequestResult
from .writes import Write, Writer

_READ, _WRITE = select.EPOLLIN | select.EPOLLRDHUP, select.EPOLLOUT
_BROKEN = select.EPOLLERR | select.EPOLLHUP


class Request:
    """A request that was to start at a time, and how late it did."""

    __slots__ = ("at", "connection", "is_fresh", "is_over", "lag", "message", "target", "write")

    def __init__(
        self, at: float, target: Target, message: bytes, write: Write | None, *, is_fresh: bool
    ) -> None:
        self.at, self.target, self.message, self.write = at, target, message, write
        self.is_fresh = is_fresh
        self.lag = time.monotonic() - at
        self.connection: Connection | None = None
        self.is_over = False


class Generator:
    """Sends a profile's requests and reports their results; owns the connections."""

    def __init__(self, url: str, profile: Profile, tell: Callable[[RequestResult], None]) -> None:
        """Prepare it.

        Args:
            url: the server's, `http://127.0.0.1:8080`; a path in it is ignored.
            profile: what is sent.
            tell: is called with each result.
        """
        parts = urlsplit(url)
        self._address = parts.hostname or "127.0.0.1", parts.port or 80
        self._profile = profile
        self._tell = tell
        self._host = parts.netloc
        self._messages = {id(each): _message(self._host, each) for each in profile.targets}
        self._writer = Writer(profile.writes) if profile.writes else None
        # All that may not be over, by the time at which they are given up; and those for which there is no connection.
        self._order: deque[Request] = deque()
        self._waiting: deque[Request] = deque()
        # Connections by descriptor, and those that are to be closed.
        self._under_way: dict[int, tuple[Connection, Request]] = {}
        self._idle: dict[int, Connection] = {}
        self._left: list[Connection] = []
        self._epoll = select.epoll()
        self._stopped = False

    def run(self, stop: int | None = None) -> None:
        """Send everything and wait for the last response.

        Args:
            stop: a descriptor whose end ends the sending early.
        """
        if stop is not None:
            self._epoll.register(stop, select.EPOLLIN | select.EPOLLHUP)
        begin = time.monotonic()
        plan = zip(self._profile.schedule(), self._profile.choices(), strict=False)
        following = next(plan, None)
        while (following and not self._stopped) or self._order:
            now = time.monotonic()
            while following and not self._stopped and begin + following[0] <= now:
                self._send(self._request(begin + following[0], *following[1]))
                following = next(plan, None)
            self._give_up(time.monotonic() - self._profile.timeout)
            times = [begin + following[0]] if following and not self._stopped else []
            times += [self._order[0].at + self._profile.timeout] if self._order else []
            # select() knows microseconds, where epoll_wait() knows milliseconds.
            if times and select.select((self._epoll,), (), (), max(0.0, min(times) - time.monotonic()))[0]:
                for descriptor, event in self._epoll.poll(0):
                    self._look(descriptor, event, stop)
            self._close_left()
        self._left += self._idle.values()
        self._close_left()
        self._epoll.close()

    def _request(self, at: float, target: Target | Writes, is_fresh: bool) -> Request:
        if isinstance(target, Target):
            return Request(at, target, self._messages[id(target)], None, is_fresh=is_fresh)
        assert self._writer
        write, target = self._writer.next()
        return Request(at, target, _message(self._host, target), write, is_fresh=is_fresh)

    def _send(self, request: Request) -> None:
        self._order.append(request)
        self._start(request)

    def _start(self, request: Request) -> None:
        """Send it on an idle connection that the server has not closed, on a new one, or once there is one."""
        while self._idle:
            _, connection = self._idle.popitem()
            if connection.is_usable() and not request.is_fresh:
                self._begin(connection, request)
                return
            self._left.append(connection)
            if request.is_fresh:
                break
        if len(self._under_way) < self._profile.connections:
            connection = Connection(self._address)
            self._epoll.register(connection.sock, _WRITE)
            self._begin(connection, request)
        else:
            self._waiting.append(request)

    def _begin(self, connection: Connection, request: Request) -> None:
        self._under_way[connection.sock.fileno()] = connection, request
        request.connection = connection
        if connection.is_open:
            self._write(connection, request)

    def _write(self, connection: Connection, request: Request) -> None:
        if not connection.send(request.message):
            self._fail(connection, request, "reset")

    def _look(self, descriptor: int, event: int, stop: int | None) -> None:
        if descriptor == stop:
            if not os.read(descriptor, 1):
                self._epoll.unregister(descriptor)
                self._stopped = True
        elif descriptor in self._idle:
            self._left.append(self._idle.pop(descriptor))
        elif descriptor in self._under_way:  # unless it was closed by what became of another
            connection, request = self._under_way[descriptor]
            if connection.is_open:
                self._read(connection, request)
            elif event & _BROKEN:
                self._fail(connection, request, "refused")
            else:
                connection.is_open = True
                self._epoll.modify(connection.sock, _READ)
                self._write(connection, request)

    def _read(self, connection: Connection, request: Request) -> None:
        response = connection.response
        try:
            data = connection.sock.recv(CHUNK)
            is_whole = response.feed(data) if data else response.end()
        except BlockingIOError:
            return
        except NotHTTP:
            self._fail(connection, request, "wrong")
        except OSError:
            self._fail(connection, request, "cut" if response.status else "reset")
        else:
            if is_whole:
                self._succeed(connection, request)
            elif not data:
                self._fail(connection, request, "cut" if response.status else "closed")

    def _succeed(self, connection: Connection, request: Request) -> None:
        response, fault = connection.response, self._judge(connection, request)
        if self._writer and request.write and not fault:
            request.write = self._writer.succeeded(request.write, response)
        del self._under_way[connection.sock.fileno()]
        if response.is_last:
            self._left.append(connection)
        else:
            self._idle[connection.sock.fileno()] = connection
        self._end(request, fault, response.status, response.release, response.size)

    def _judge(self, connection: Connection, request: Request) -> Fault:
        if connection.response.status not in request.target.statuses:
            return "status"
        return "" if request.target.contains.encode() in connection.response.content else "wrong"

    def _fail(self, connection: Connection, request: Request, fault: Fault) -> None:
        del self._under_way[connection.sock.fileno()]
        self._left.append(connection)
        self._end(request, fault, 0 if fault == "timeout" else connection.response.status)

    def _end(self, request: Request, fault: Fault, status: int = 0, release: str = "", size: int = 0) -> None:
        request.is_over = True
        at, target = request.at, request.target
        seconds = time.monotonic() - at
        path, kind, write = target.path, target.kind, request.write
        self._tell(RequestResult(at, seconds, request.lag, path, status, fault, release, size, kind, write))
        while self._waiting and len(self._under_way) < self._profile.connections:
            if not (first := self._waiting.popleft()).is_over:
                self._start(first)
                break

    def _give_up(self, since: float) -> None:
        """No longer wait for those that were to start before a time."""
        while self._order and (self._order[0].is_over or self._order[0].at <= since):
            request = self._order.popleft()
            if not request.is_over and request.connection:
                self._fail(request.connection, request, "timeout")
            elif not request.is_over:
                self._end(request, "timeout")

    def _close_left(self) -> None:
        """Close what is left, now that no event can be taken for one of a new connection of the same number."""
        for connection in self._left:
            connection.sock.close()
        self._left.clear()


def _message(host: str, target: Target) -> bytes:
    content = target.content.encode()
    fields = {"Host": host, **target.headers, **({"Content-Length": len(content)} if content else {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{target.method} {target.path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + content


_ENCODER = msgspec.json.Encoder()
_TOLD_SECONDS = 0.05


class _Output:
    """Writes results to standard output: some at a time, or all at the end."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._results: list[RequestResult] = []
        self._flushed_at = time.monotonic()

    def __call__(self, result: RequestResult) -> None:
        self._results.append(result)
        if self._live and time.monotonic() - self._flushed_at > _TOLD_SECONDS:
            self.flush()

    def flush(self) -> None:
        sys.stdout.buffer.write(_ENCODER.encode_lines(self._results))
        sys.stdout.buffer.flush()
        self._results.clear()
        self._flushed_at = time.monotonic()


def main(url: str) -> None:
    """Read a profile, send it, and tell."""
    with suppress(PermissionError):
        # Clients elsewhere would not wait for the server's processors.
        os.nice(-10)
    profile = msgspec.json.decode(sys.stdin.buffer.readline(), type=Profile)
    output = _Output(live=profile.live)
    generator = Generator(url, profile, output)
    gc.freeze()
    gc.disable()  # nothing here refers to itself
    generator.run(sys.stdin.fileno())
    output.flush()


if __name__ == "__main__":
    main(sys.argv[1])
