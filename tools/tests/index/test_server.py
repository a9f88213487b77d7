import socket
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.index import Folder, refresh, serving
from ogrom_tools.ledger import Ledger


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    store = Folder(tmp_path / "index")
    refresh(store, Ledger())
    return store


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        data: bytes = response.read()
        return data


def test_it_serves_until_the_block_is_left(store: Folder) -> None:
    """Then nobody listens, and the port is free for the next."""
    with serving(store) as url:
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/simple/")
        assert b"Simple index" in read(url)
    port = urlsplit(url).port
    assert port
    with serving(store, port) as again:
        assert again == url
        assert b"Simple index" in read(url)
    with pytest.raises(OSError, match="refused"):
        read(url)


def test_a_client_that_stays_does_not_keep_it(store: Folder) -> None:
    """Clients keep their connections open; the end comes within seconds, and no thread is left."""
    before = threading.active_count()
    with serving(store) as url:
        address = urlsplit(url)
        idle = socket.create_connection((address.hostname or "", address.port or 0), timeout=10)
        idle.sendall(b"GET /simple/ HTTP/1.1\r\nHost: here\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200")
        begin = time.monotonic()
    assert time.monotonic() - begin < 3
    with idle:
        while idle.recv(1000):
            pass
    assert threading.active_count() == before


def test_a_taken_port_is_told(store: Folder) -> None:
    """With another one to take."""
    with (
        serving(store) as url,
        pytest.raises(Failed, match=r"in use.*--port 9000"),
        serving(store, urlsplit(url).port or 0),
    ):
        pytest.fail("two listen on one port")
