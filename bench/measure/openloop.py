"""An open loop: it sends each request at its moment, whatever became of those before it; in a process of its own.

`python -m bench.measure.openloop` reads a plan from its input and writes what became of each request, both as JSON.
A request costs it a tenth of what it costs a client library, so that servers which answer thousands a second on the
same processors can be asked at a fixed rate.
"""

import gc
import os
import re
import select
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

import msgspec

from ogrom_deploy.model import percentile

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LAST = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_CHUNK = 1 << 18
_READ, _WRITTEN = select.EPOLLIN | select.EPOLLRDHUP, select.EPOLLOUT
_AHEAD = 0.05


class Plan(msgspec.Struct, frozen=True):
    """What is sent.

    Attributes:
        port: of 127.0.0.1.
        requests: of each kind, as they are sent; one is drawn each time.
        shares: of each kind.
        rate: requests a second, at random moments, as of clients who do not know of each other.
        seconds: for how long.
        connections: how many there are at most; what finds none waits, and that counts as latency.
        patience: the seconds after the last moment when nobody waits any more.
        seed: of moments and draws.
    """

    port: int
    requests: Sequence[Sequence[str]]
    shares: Sequence[float]
    rate: float
    seconds: float
    connections: int = 256
    patience: float = 10.0
    seed: int = 1

    @property
    def number(self) -> int:
        """How many requests there are."""
        return round(self.rate * self.seconds)


class RequestResult(msgspec.Struct, frozen=True, array_like=True):
    """A request and its end.

    Attributes:
        kind: its place among those of the plan.
        moment: when it was to be sent, in seconds from the beginning.
        seconds: from the moment when it was to be sent to the last byte of its response, or until nobody waits.
        lag: the seconds from that moment until the generator thought of it.
        status: of its response; 0 where that is not whole, or there is none.
    """

    kind: int
    moment: float
    seconds: float
    lag: float
    status: int

    @property
    def is_right(self) -> bool:
        """Whether its response was a whole 200."""
        return self.status == 200


class _Connection:
    """A connection with one request under way at most."""

    __slots__ = ("got", "is_open", "kind", "lag", "moment", "request", "sock", "whole")

    def __init__(self, port: int) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect_ex(("127.0.0.1", port))
        self.request: bytes | None = None
        self.kind, self.moment, self.lag = 0, 0.0, 0.0
        self.got, self.whole = bytearray(), 0
        self.is_open = False


class Generator:
    """Sends a plan; owns the connections."""

    def __init__(self, plan: Plan) -> None:
        """Draw everything that is to be sent, so that none of it is done in the meantime."""
        random = Random(plan.seed)
        kinds = range(len(plan.requests))
        requests = [[each.encode() for each in some] for some in plan.requests]
        self._plan = plan
        self._moments = sorted(random.uniform(0, plan.seconds) for _ in range(plan.number))
        self._kinds = random.choices(kinds, plan.shares, k=plan.number)
        self._requests = [random.choice(requests[kind]) for kind in self._kinds]
        self._results: list[RequestResult] = []
        self._idle: list[_Connection] = []
        self._waiting: deque[tuple[int, float]] = deque()
        self._all: dict[int, _Connection] = {}
        self._epoll = select.epoll()
        self._begin = 0.0

    def run(self) -> Sequence[RequestResult]:
        """Send all of it, wait for the answers, and tell."""
        self._begin = time.perf_counter() + _AHEAD
        end = self._plan.seconds + self._plan.patience
        following, number = 0, self._plan.number
        while len(self._results) < number and (now := self._now()) < end:
            while following < number and self._moments[following] <= now:
                self._send(following, self._now() - self._moments[following])
                following += 1
            until = self._moments[following] if following < number else end
            # It knows microseconds, where epoll_wait knows milliseconds.
            if select.select((self._epoll,), (), (), max(0.0, until - self._now()))[0]:
                for descriptor, event in self._epoll.poll(0):
                    # One may be closed by what became of another.
                    if descriptor in self._all:
                        self._look(self._all[descriptor], event)
        self._give_up(following)
        return self._results

    def _now(self) -> float:
        return time.perf_counter() - self._begin

    def _send(self, number: int, lag: float) -> None:
        if self._idle:
            self._begin_with(self._idle.pop(), number, lag)
        elif len(self._all) < self._plan.connections:
            made = _Connection(self._plan.port)
            self._all[made.sock.fileno()] = made
            self._epoll.register(made.sock, _WRITTEN)
            self._begin_with(made, number, lag)
        else:
            self._waiting.append((number, lag))

    def _begin_with(self, connection: _Connection, number: int, lag: float) -> None:
        connection.request = self._requests[number]
        connection.kind, connection.moment, connection.lag = self._kinds[number], self._moments[number], lag
        if connection.is_open:
            self._write(connection)

    def _write(self, connection: _Connection) -> None:
        assert connection.request is not None
        try:
            # A request is far smaller than what a connection takes at once.
            is_sent = connection.sock.send(connection.request) == len(connection.request)
        except OSError:
            is_sent = False
        if not is_sent:
            self._close(connection)

    def _look(self, connection: _Connection, event: int) -> None:
        if not connection.is_open:
            connection.is_open = True
            self._epoll.modify(connection.sock, _READ)
            if event & (select.EPOLLERR | select.EPOLLHUP):
                self._close(connection)
            else:
                self._write(connection)
            return
        try:
            data = connection.sock.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or connection.request is None:
            self._close(connection)
            return
        connection.got += data
        self._read(connection)

    def _read(self, connection: _Connection) -> None:
        got = connection.got
        if not connection.whole:
            head = got.find(b"\r\n\r\n")
            if head < 0:
                return
            length = _LENGTH.search(got, 0, head + 2)
            if length is None:
                self._close(connection)
                return
            connection.whole = head + 4 + int(length[1])
        if len(got) < connection.whole:
            return
        is_last = _LAST.search(got, 0, got.find(b"\r\n\r\n") + 2) is not None
        self._end(connection, int(got[9:12]) if len(got) == connection.whole else 0)
        connection.got, connection.whole = bytearray(), 0
        if is_last:
            self._close(connection)
        elif self._waiting:
            self._begin_with(connection, *self._waiting.popleft())
        else:
            self._idle.append(connection)

    def _end(self, connection: _Connection, status: int) -> None:
        seconds = self._now() - connection.moment
        self._results.append(
            RequestResult(connection.kind, connection.moment, seconds, connection.lag, status)
        )
        connection.request = None

    def _close(self, connection: _Connection) -> None:
        """Whatever is under way on it has failed; who waits gets another."""
        if connection.request is not None:
            self._end(connection, 0)
        if connection in self._idle:
            self._idle.remove(connection)
        del self._all[connection.sock.fileno()]
        self._epoll.unregister(connection.sock)
        connection.sock.close()
        if self._waiting:
            self._send(*self._waiting.popleft())

    def _give_up(self, following: int) -> None:
        """Nobody waits any more for what has not ended, or was never sent."""
        left = [(each.kind, each.moment, each.lag) for each in self._all.values() if each.request is not None]
        left += [(self._kinds[number], self._moments[number], lag) for number, lag in self._waiting]
        for number in range(following, self._plan.number):
            left.append((self._kinds[number], self._moments[number], self._now() - self._moments[number]))
        for kind, moment, lag in left:
            self._results.append(RequestResult(kind, moment, self._now() - moment, lag, 0))
        for each in self._all.values():
            each.sock.close()
        self._epoll.close()


_GENERATOR_PATIENCE = 20.0

GROWTH = 3.0
"""How many times as long requests take at the end of a load as at its beginning if more come than are answered."""


class GeneratorFailed(RuntimeError):
    """The generator itself has failed, so that nothing was measured."""


@dataclass(frozen=True)
class Kind:
    """One kind of request.

    Attributes:
        paths: what is asked for, at random.
        share: how often, compared with the others.
        fields: header fields of each request.
    """

    paths: Sequence[str]
    share: float = 1.0
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def requests(self) -> Sequence[str]:
        """As they are sent."""
        fields = {"Host": "127.0.0.1", **self.fields}
        told = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return [f"GET {path} HTTP/1.1\r\n{told}\r\n" for path in self.paths]


@dataclass(frozen=True)
class Latency:
    """What the generator saw of one kind.

    Attributes:
        p50: the median latency in seconds, from the moment when a request was to start.
        p99: the latency in seconds that 99 % of the requests do not exceed.
        lag: how late the generator was itself, in seconds, at its 99th percentile.
        failed: how many requests had no right answer.
        requests: how many there were.
        growth: how many times as long those of the last quarter took as those of the first, by their medians.
        wrong: how many had which status instead; 0 for no whole response.
    """

    p50: float
    p99: float
    lag: float
    failed: int
    requests: int
    growth: float = 1.0
    wrong: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_steady(self) -> bool:
        """Whether as many are answered as come; else a queue grows, and latency depends on how long one looks."""
        return self.growth < GROWTH

    @property
    def is_on_time(self) -> bool:
        """Whether the generator's own lateness is too small to decide the latency: a quarter of it at most."""
        return self.lag <= self.p99 / 4


def latencies(url: str, kinds: Mapping[str, Kind], rate: float, seconds: float) -> Mapping[str, Latency]:
    """Send a mixture of requests for some seconds, at random moments that are always the same.

    Args:
        url: the server's; its path is ignored.
        kinds: by name.
        rate: requests of all kinds a second.
        seconds: for how long.

    Raises:
        GeneratorFailed: the generator ended by itself.
    """
    plan = Plan(
        port=urlsplit(url).port or 80,
        requests=[each.requests for each in kinds.values()],
        shares=[each.share for each in kinds.values()],
        rate=rate,
        seconds=seconds,
    )
    command = (sys.executable, "-m", f"{__package__}.openloop")
    done = subprocess.run(
        command,
        input=msgspec.json.encode(plan),
        capture_output=True,
        check=False,
        timeout=plan.seconds + plan.patience + _GENERATOR_PATIENCE,
    )
    if done.returncode:
        raise GeneratorFailed(done.stderr.decode(errors="replace")[-2000:])
    results = msgspec.json.decode(done.stdout, type=list[RequestResult])
    return {
        name: latency_of([each for each in results if each.kind == number])
        for number, name in enumerate(kinds)
    }


def latency(url: str, paths: Sequence[str], rate: float, seconds: float) -> Latency:
    """The same with one kind."""
    return latencies(url, {"": Kind(paths)}, rate, seconds)[""]


def latency_of(results: Sequence[RequestResult]) -> Latency:
    """What these requests show together."""
    seconds = [each.seconds for each in results]
    return Latency(
        percentile(seconds, 50),
        percentile(seconds, 99),
        percentile([each.lag for each in results], 99),
        sum(not each.is_right for each in results),
        len(results),
        _growth(results),
        Counter(each.status for each in results if not each.is_right),
    )


def _growth(results: Sequence[RequestResult]) -> float:
    ordered = [each.seconds for each in sorted(results, key=lambda each: each.moment)]
    quarter = len(ordered) // 4
    if not quarter:
        return 1.0
    return percentile(ordered[-quarter:], 50) / percentile(ordered[:quarter], 50)


def main() -> None:
    """Read, send, tell."""
    with suppress(PermissionError):
        # Clients elsewhere would not wait for the server's processors.
        os.nice(-10)
    generator = Generator(msgspec.json.decode(sys.stdin.buffer.read(), type=Plan))
    gc.freeze()
    gc.disable()
    sys.stdout.buffer.write(msgspec.json.encode(generator.run()))


if __name__ == "__main__":
    main()
