"""No call outlives its deadline, however the other side behaves."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Timeout, Unavailable

LASTS = 0.4

# What a call may take past its deadline on the slowest machine, in seconds; all else that ends one takes minutes.
ALLOWANCE = 30.0
PATIENCE = 120.0

Talk = Callable[[socket.socket], None]


def ctx(seconds: float = LASTS) -> Context:
    return Context(locale="de-DE", deadline=time.monotonic() + seconds)


@pytest.fixture
def talking() -> Iterator[Callable[[Talk], str]]:
    """Starts servers that talk to each connection as they are told; gives their URL."""
    made: list[socket.socket] = []

    def start(talk: Talk) -> str:
        sock = socket.create_server(("127.0.0.1", 0))
        made.append(sock)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = sock.accept()
                    Thread(target=_talk, args=(talk, connection), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{sock.getsockname()[1]}/"

    yield start
    for sock in made:
        sock.shutdown(socket.SHUT_RDWR)
        sock.close()


def _talk(talk: Talk, connection: socket.socket) -> None:
    with contextlib.suppress(OSError), connection:
        connection.recv(65536)
        talk(connection)


def _drip(connection: socket.socket, content: bytes) -> None:
    for number in range(len(content)):
        connection.sendall(content[number : number + 1])
        time.sleep(0.02)  # the dripping itself: more than a minute for the whole


def head(connection: socket.socket) -> None:
    _drip(connection, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 4_000)


def content(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n")
    _drip(connection, b" " * 4_000)


def silence(connection: socket.socket) -> None:
    connection.recv(65536)


@pytest.mark.parametrize("talk", [head, content, silence])
def test_a_server_that_drips_is_left_at_the_deadline(talking: Callable[[Talk], str], talk: Talk) -> None:
    """Each of its bytes comes in time, but the whole would not."""
    with RemoteSources.at(talking(talk), timeout=PATIENCE) as sources:
        begun = time.monotonic()
        with pytest.raises(Timeout, match="no answer in time"):
            sources.products.product_by_id(ctx(), 1)
        assert LASTS <= time.monotonic() - begun < LASTS + ALLOWANCE


def test_a_server_that_takes_nothing_is_left_at_the_deadline(talking: Callable[[Talk], str]) -> None:
    """It reads a little now and then, so each part is sent in time, but the whole is not."""
    taken: list[int] = []
    left, ended = Event(), Event()

    def sip(connection: socket.socket) -> None:
        while part := connection.recv(65536):
            taken.append(len(part))
            left.wait(0.1)  # the slowness itself: most of a minute for the whole
        ended.set()

    body = "x" * 30_000_000
    with RemoteSources.at(talking(sip), timeout=PATIENCE) as sources:
        service = sources.directory.service
        for lasts in (LASTS, 10 * LASTS, 25 * LASTS):  # a slow machine needs longer to send the first part
            begun = time.monotonic()
            with pytest.raises(Timeout):
                service.write(service.caller("test", ctx(lasts)), "POST", service.home, None, body=body)
            assert time.monotonic() - begun < lasts + ALLOWANCE
            if taken:
                break
        left.set()
    assert ended.wait(ALLOWANCE)
    assert sum(taken) < len(body)


def test_a_host_that_does_not_answer_is_left_at_the_deadline() -> None:
    """Not even the connection is made."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as stack:
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        with RemoteSources.at(url, timeout=PATIENCE) as sources:
            begun = time.monotonic()
            with pytest.raises(Timeout):
                sources.products.product_by_id(ctx(), 1)
            assert LASTS <= time.monotonic() - begun < LASTS + ALLOWANCE


def test_a_dead_address_leaves_time_for_the_next(
    standin: Any, sources: RemoteSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host has several addresses, and one that answers is enough."""
    addresses = ["127.0.0.9", "127.0.0.1"]
    monkeypatch.setattr("ogrom.client.network._addresses", lambda host, port: addresses)
    assert sources.version(ctx(PATIENCE)) == "1.2.3"


def test_who_waits_for_a_connection_waits_until_the_deadline(standin: Any, said: Any) -> None:
    """The only connection is in use."""
    entered, release = Event(), Event()

    def slow(handler: Any) -> None:
        entered.set()
        release.wait(PATIENCE)
        said([])(handler)

    with RemoteSources.at(standin.url, connections=1) as sources, ThreadPoolExecutor(1) as pool:
        sources.version(ctx(PATIENCE))
        standin.says("/de/", slow)
        first = pool.submit(sources.users.user_by_id, ctx(PATIENCE), 1)
        assert entered.wait(ALLOWANCE)
        begun = time.monotonic()
        with pytest.raises(Timeout):
            sources.version(ctx())
        assert LASTS <= time.monotonic() - begun < LASTS + ALLOWANCE
        release.set()
        with pytest.raises(SourceError):
            first.result()


def test_our_own_limit_is_no_timeout_of_the_caller(talking: Callable[[Talk], str]) -> None:
    """A caller that would still wait is told that the service cannot be reached."""
    with RemoteSources.at(talking(silence), timeout=0.2) as sources:
        for context in (ctx(PATIENCE), Context(locale="de-DE")):
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                sources.products.product_by_id(context, 1)
            assert time.monotonic() - begun < 0.2 + ALLOWANCE


def test_nobody_there_is_told_at_once() -> None:
    """A refused connection is Unavailable, after the tries that a read has."""
    with socket.socket() as bound:  # nobody listens, and nobody else can
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        refused = pytest.raises(Unavailable, match=f"GET {url} failed: .*refused")
        with RemoteSources.at(url) as sources, refused:
            sources.products.product_by_id(ctx(PATIENCE), 1)
