"""A server that loses requests on purpose, and knows how many."""

import asyncio
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import cycle

import pytest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nOgrom-Release: v1\r\n\r\nfine"
REPLIES = {
    "ok": OK,
    "error": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "other": OK.replace(b"fine", b"lies"),
    "garbage": b"what?\r\n\r\n",
    "goodbye": OK.replace(b"Content-Length", b"Connection: close\r\nContent-Length"),
    "hangup": OK,
    "silence": b"",
}
"""What comes back for each kind of behaviour; those that close or break off are written below."""

PATIENCE = 60.0


class Stub:
    """Behaves in each of the given ways in turn, one request after another; owns its thread and counts.

    Attributes:
        open: how many connections there are now.
        stalled: from when until when nobody was answered, by `time.monotonic()`.
    """

    def __init__(self, *ways: str) -> None:
        self.seen: Counter[str] = Counter()
        self.connections = self.open = 0
        self.stalled: list[float] = []
        self._ways = cycle(ways)
        self._loop = asyncio.new_event_loop()
        self.stall = asyncio.Event()
        self.stall.set()
        self.port = 0

    def run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopped.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the loop's next turn

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)

    def hold(self, seconds: float) -> None:
        """Answer nobody for a while, from now on."""

        def begin() -> None:
            self.stall.clear()
            self.stalled.append(time.monotonic())
            self._loop.call_later(seconds, end)

        def end() -> None:
            self.stalled.append(time.monotonic())
            self.stall.set()

        self._loop.call_soon_threadsafe(begin)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await self.stall.wait()
                way = next(self._ways)
                self.seen[way] += 1
                if not self._behave(way, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self.open -= 1

    def _behave(self, way: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        sock: socket.socket = writer.get_extra_info("socket")
        if way == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if way == "closed":
            return False
        if way == "hangup":
            # Response and end come as one segment: there is no moment between them in which a client may ask.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        writer.write(OK[:-2] if way == "cut" else REPLIES[way])
        return way not in {"cut", "goodbye", "garbage", "hangup"}


@contextmanager
def serving(*ways: str) -> Iterator[Stub]:
    """A stub that runs in a thread of its own."""
    stub, ready = Stub(*ways), threading.Event()
    thread = threading.Thread(target=stub.run, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield stub
    finally:
        stub.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def lossy() -> Callable[..., AbstractContextManager[Stub]]:
    """Runs a stub that behaves in the given ways in turn."""
    return serving
