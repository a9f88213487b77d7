import fcntl
import os
import socket
import threading
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from waitress import server as waitress, trigger  # type: ignore[import-untyped]

from ogrom.sources.testing import reserved_port
from ogrom_tools.command import Failed
from ogrom_tools.index import Folder, refresh, serving
from ogrom_tools.ledger import Ledger

SECONDS = 60
"""The far bound of every wait here."""


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    store = Folder(tmp_path / "index")
    refresh(store, Ledger())
    return store


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=SECONDS) as response:
        data: bytes = response.read()
        return data


def threads() -> set[threading.Thread]:
    """Those of servers."""
    return {each for each in threading.enumerate() if each.name.startswith(("index", "waitress"))}


def test_it_serves_until_the_block_is_left(store: Folder) -> None:
    """Then nobody listens, and the port is free for the next."""
    with reserved_port() as port:
        for _ in range(2):
            with serving(store, port) as url:
                assert url == f"http://127.0.0.1:{port}/simple/"
                assert b"Simple index" in read(url)
            with pytest.raises(OSError, match="refused"):
                read(url)


def test_a_client_that_stays_does_not_keep_it(store: Folder) -> None:
    """Clients keep their connections open; they are closed with the block, and no thread is left."""
    before = threads()
    with serving(store) as url:
        address = urlsplit(url)
        idle = socket.create_connection((address.hostname or "", address.port or 0), timeout=SECONDS)
        idle.sendall(b"GET /simple/ HTTP/1.1\r\nHost: here\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200")
        started = threads() - before
        assert started
    with idle:
        while idle.recv(1000):
            pass
    for each in started:
        each.join(SECONDS)
    assert not started & threads()


class Lock:
    """A trigger's lock. When there is something for the loop to do, a response wakes it before anything else runs."""

    def __init__(self, owner: Any) -> None:
        self.owner, self.lock = owner, threading.Lock()

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()
        if self.owner.thunks and threading.current_thread().name != "index":
            (loop,) = (each for each in threads() if each.name == "index")
            os.write(self.owner.trigger, b"x")
            loop.join(SECONDS)
            assert not loop.is_alive()


STOCK: Any = trigger.trigger


class Trigger(STOCK):  # type: ignore[misc]
    def __init__(self, sockets: dict[int, Any]) -> None:
        super().__init__(sockets)
        self.lock = Lock(self)


def test_the_loop_may_end_before_it_is_woken(store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response woke it just before; nobody writes into its pipe, which is closed already."""
    monkeypatch.setattr(trigger, "trigger", Trigger)
    with serving(store) as url:
        assert b"Simple index" in read(url)
    with pytest.raises(OSError, match="refused"):
        read(url)


def test_a_late_response_writes_into_nobodys_file(store: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker may be done when all is closed, and the number of the loop's pipe another file's."""
    made: list[Any] = []
    create = waitress.create_server

    def keep(*args: Any, **options: Any) -> Any:
        made.append(create(*args, **options))
        return made[-1]

    monkeypatch.setattr(waitress, "create_server", keep)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with serving(store):
        number = made[0].trigger.trigger
    other = fcntl.fcntl(writing, fcntl.F_DUPFD, number)
    assert other == number
    made[0].pull_trigger()
    with pytest.raises(BlockingIOError):
        os.read(reading, 1)
    for each in (reading, writing, other):
        os.close(each)


def test_a_taken_port_is_told(store: Folder) -> None:
    """With another one to take."""
    with (
        serving(store) as url,
        pytest.raises(Failed, match=r"in use.*--port 9000"),
        serving(store, urlsplit(url).port or 0),
    ):
        pytest.fail("two listen on one port")
