"""The generator: starts each request on time, whatever became of those before it.

`python -m ogrom_rehearsal.load.generator URL` reads a profile from its input and writes each result as a line of JSON;
the end of its input stops it.
"""

import asyncio
import gc
import os
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from .connection import Connection, RequestFailed, Response
from .profile import Profile, Target
from .results import Fault, RequestResult


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
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._profile = profile
        self._tell = tell
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(profile.connections)
        self._headers = {"Host": parts.netloc, "User-Agent": "ogrom-load", **profile.headers}
        self.stopped = asyncio.Event()

    async def run(self) -> None:
        """Send everything and wait for the last response; `stopped` ends the sending early."""
        begin = time.monotonic()
        waiting: set[asyncio.Task[None]] = set()
        for moment, (target, fresh) in zip(self._profile.schedule(), self._profile.choices(), strict=False):
            if await self._wait_until(begin + moment):
                break
            task = asyncio.create_task(self._send(begin + moment, target, fresh=fresh))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
        while waiting:
            await asyncio.wait(tuple(waiting))
        for connection in self._idle:
            connection.close()

    async def _wait_until(self, moment: float) -> bool:
        """Wait until a time; return whether it was stopped before that."""
        left = moment - time.monotonic()
        if left <= 0:
            await asyncio.sleep(0)  # so that responses are read although we are late
            return self.stopped.is_set()
        try:
            await asyncio.wait_for(self.stopped.wait(), left)
        except TimeoutError:
            return False
        return True

    async def _send(self, at: float, target: Target, *, fresh: bool) -> None:
        lag = time.monotonic() - at
        fault: Fault = ""
        answer: Response | None = None
        status = 0
        try:
            async with asyncio.timeout(max(0.0, self._profile.timeout - lag)):
                answer = await self._answer(target, fresh=fresh)
                status = answer.status
                fault = _judge(answer, target)
        except TimeoutError:
            fault = "timeout"
        except RequestFailed as failed:
            fault = failed.fault
            status = failed.status
        release = answer.headers.get(b"ogrom-release", b"").decode("latin-1") if answer else ""
        size = answer.size if answer else 0
        self._tell(RequestResult(at, time.monotonic() - at, lag, target.path, status, fault, release, size))

    async def _answer(self, target: Target, *, fresh: bool) -> Response:
        async with self._places:
            connection = await self._connection(fresh=fresh)
            try:
                answer = await connection.ask(target.method, target.path, self._headers)
            except BaseException:
                connection.close()
                raise
            if connection.is_usable:
                self._idle.append(connection)
            else:
                connection.close()
            return answer

    async def _connection(self, *, fresh: bool) -> Connection:
        """An idle connection, unless its server has closed it: no request is lost on that."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable and not fresh:
                return connection
            connection.close()
            if fresh:
                break
        return await Connection.open(self._host, self._port)


def _judge(answer: Response, target: Target) -> Fault:
    if answer.status not in target.statuses:
        return "status"
    return "" if target.contains.encode() in answer.content else "wrong"


_ENCODER = msgspec.json.Encoder()


async def _generate(url: str, profile: Profile) -> None:
    """Send a profile's requests, and print each result."""
    generator = Generator(url, profile, _print)
    loop = asyncio.get_running_loop()

    def heard() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin)
            generator.stopped.set()

    loop.add_reader(sys.stdin, heard)
    await generator.run()
    loop.remove_reader(sys.stdin)
    sys.stdout.flush()


def _print(result: RequestResult) -> None:
    sys.stdout.buffer.write(_ENCODER.encode(result) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    gc.freeze()
    asyncio.run(_generate(sys.argv[1], msgspec.json.decode(sys.stdin.buffer.readline(), type=Profile)))
