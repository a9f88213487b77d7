"""The meter of what blocks a loop sees whatever blocks, and nothing else."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest

from ogrom.server.greenlets import Greenlets
from ogrom.server.lanes import Lane, is_read
from ogrom.server.limits import Limits
from ogrom.server.listening import bound
from ogrom.server.loop import Server
from ogrom.server.testing.blocking import Blocks, blocks_of

SECONDS = 300.0
TIMES = 20
ROUNDS = 5

# In a process of its own, since a thread of this one would compete for the interpreter's lock.
CLIENT = """
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=300)
for _ in range(int(sys.argv[2])):
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"ok"
"""


def blocks(call: Callable[[], object], waiter: Greenlets, monkeypatch: pytest.MonkeyPatch) -> Blocks:
    """What was counted while a loop has answered requests, each by a call."""
    monkeypatch.setattr("ogrom.server.loop.Standby", Nobody)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        call()
        start_response("200 OK", [])
        return [b"ok"]

    listener = bound("127.0.0.1:0")
    port = listener.getsockname()[1]
    server = Server(
        application, listener, Limits(), [Lane("application", 1, on_loop=is_read)], greenlets=waiter
    )
    found = blocks_of(server)
    thread = Thread(target=server.run)
    thread.start()
    try:
        subprocess.run([sys.executable, "-c", CLIENT, str(port), str(TIMES)], check=True, timeout=SECONDS)
    finally:
        server.stop()
        thread.join(SECONDS)
        server.join(SECONDS)
    return found


class Nobody:
    """No standby, which would wake up now and then."""

    def __init__(self, *_: Any) -> None:
        pass

    def watch(self, _: int) -> None:
        pass

    def end(self) -> None:
        pass


def soon(call: Callable[[], object]) -> None:
    """Have another thread do it in a moment."""

    def run() -> None:
        time.sleep(0.005)  # so that somebody waits for it
        call()

    Thread(target=run).start()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def a_lock(_: Path, __: ExitStack) -> Callable[[], object]:
    lock = Lock()
    lock.acquire()

    def block() -> None:
        soon(lock.release)
        lock.acquire()

    return block


def a_future(_: Path, __: ExitStack) -> Callable[[], object]:
    def block() -> None:
        future: Future[None] = Future()
        soon(lambda: future.set_result(None))
        future.result()

    return block


def a_full_log_pipe(_: Path, stack: ExitStack) -> Callable[[], object]:
    reads, writes = os.pipe()
    stack.callback(os.close, reads)
    stack.callback(os.close, writes)
    os.set_blocking(writes, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 4096)
    os.set_blocking(writes, True)

    def block() -> None:
        soon(lambda: os.read(reads, 4096))
        os.write(writes, b"y" * 4096)

    return block


def a_locked_sqlite(folder: Path, stack: ExitStack) -> Callable[[], object]:
    path = folder / "a.sqlite"
    holder = stack.enter_context(
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
    )
    holder.execute("CREATE TABLE a (b)")

    def block() -> None:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60.0)) as other:
            holder.execute("BEGIN IMMEDIATE")
            soon(lambda: holder.execute("ROLLBACK"))
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")

    return block


def a_name_that_is_looked_up(_: Path, __: ExitStack) -> Callable[[], object]:
    def block() -> None:
        with suppress(OSError):
            socket.getaddrinfo("nothing.invalid", 80)

    return block


def an_answer_of_another_server(_: Path, stack: ExitStack) -> Callable[[], object]:
    ours, theirs = socket.socketpair()
    stack.enter_context(ours)
    stack.enter_context(theirs)

    def block() -> None:
        soon(lambda: theirs.send(b"x"))
        ours.recv(1)

    return block


@pytest.mark.slow
@pytest.mark.parametrize(
    "plant",
    [
        a_lock,
        a_future,
        a_full_log_pipe,
        a_locked_sqlite,
        a_name_that_is_looked_up,
        an_answer_of_another_server,
    ],
)
def test_whatever_blocks_is_seen(
    plant: Callable[[Path, ExitStack], Callable[[], object]],
    tmp_path: Path,
    stack: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once a request at least, though Python knows nothing of some of it."""
    assert blocks(plant(tmp_path, stack), Greenlets(), monkeypatch).count >= TIMES


@pytest.mark.slow
def test_what_waits_by_a_waiter_blocks_nothing(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what need not wait at all; a switch now and then is the interpreter's lock, or one of the kernel's."""
    # What blocks does so each time; a switch now and then, not.
    counts = (blocks(lambda: None, Greenlets(), monkeypatch).count for _ in range(ROUNDS))
    assert any(count <= 1 for count in counts)
    waiter = Greenlets()
    assert blocks(lambda: waiter.run(lambda: time.sleep(0.005)), waiter, monkeypatch).count <= TIMES // 4
    waiter = Greenlets()
    reads = ticking(stack)

    def wait() -> None:
        waiter.readable(reads, None)
        os.read(reads, 1)

    assert blocks(wait, waiter, monkeypatch).count <= TIMES // 4


def ticking(stack: ExitStack) -> int:
    """A pipe that gives a byte every 5 ms."""
    reads, writes = os.pipe()
    ended = Event()

    def tick() -> None:
        while not ended.wait(0.005):
            os.write(writes, b"x")
        os.close(writes)

    thread = Thread(target=tick)
    thread.start()
    stack.callback(os.close, reads)
    stack.callback(thread.join, SECONDS)
    stack.callback(ended.set)
    return reads
