"""What our connections refuse and keep, asked as no client library would ask."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse
from threading import Event, Thread
from typing import Any

import pytest

from ogrom.run.listener import listener
from ogrom.run.refusals import refusing
from ogrom.run.server import _LIMITS, Server
from ogrom.run.settings import Settings

SECONDS = 30


def _app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """`/204` and `/304` answer with these, anything else with `ok`."""
    empty = {"/204": "204 No Content", "/304": "304 Not Modified"}.get(environ["PATH_INFO"])
    start_response(empty or "200 OK", [] if empty else [("Content-Length", "2")])
    return [] if empty else [b"ok"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server that runs."""
    sock = listener("127.0.0.1", 0)
    found: int = sock.getsockname()[1]
    server = Server(refusing(_app), sock, Settings(threads=1, drain_timeout=SECONDS))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield found
    server.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


def status(port: int, request: str) -> int:
    """What the server says to these lines; after a 400 it must say no more."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(request.replace("\n", "\r\n").encode())
        response = HTTPResponse(client)
        response.begin()
        response.read()
        assert response.status == 200 or client.recv(1) == b""
        return response.status


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        (200, "GET / HTTP/1.1\nHost: a\n\n"),
        (200, "GET / HTTP/1.0\n\n"),
        (400, "GET / HTTP/1.1\n\n"),
        (400, "GET / HTTP/1.1\nHost: a\nHost: b\n\n"),
        (400, "GET / HTTP/1.0\nHost: a\nHost: a\n\n"),
    ],
)
def test_one_host_is_named(port: int, expected: int, request_: str) -> None:
    """A second Host, or none in HTTP/1.1, is a 400 (RFC 9112, 3.2)."""
    assert status(port, request_) == expected


@pytest.mark.parametrize(
    ("expected", "version", "fields"),
    [
        (200, "1.1", "Content-Length: 2\n"),
        (200, "1.1", "Transfer-Encoding: chunked\n"),
        (400, "1.1", "Content-Length: 12\nTransfer-Encoding: chunked\n"),
        (400, "1.0", "Transfer-Encoding: chunked\n"),
    ],
)
def test_the_length_of_content_is_said_in_one_way(
    port: int, expected: int, version: str, fields: str
) -> None:
    """What a proxy might cut elsewhere is a 400, and the connection ends (RFC 9112, 6.1 and 6.3)."""
    content = "2\n{}\n0\n\n" if "chunked" in fields else "{}"
    assert status(port, f"POST / HTTP/{version}\nHost: a\n{fields}\n{content}") == expected


@pytest.mark.parametrize("path", ["/204", "/304"])
def test_a_response_without_content_keeps_the_connection(port: int, path: str) -> None:
    """The next request goes over the same one, unless the client wants it closed."""
    client = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    client.request("GET", path)
    first = client.getresponse()
    assert (first.getheader("Connection"), first.read()) == (None, b"")
    kept = client.sock
    client.request("GET", path, headers={"Connection": "close"})
    assert client.sock is kept is not None
    last = client.getresponse()
    assert (last.getheader("Connection"), last.read()) == ("close", b"")
    client.close()


def test_a_header_comes_with_its_content(port: int) -> None:
    """One packet, and one call of the system, where Waitress needs two."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(65536).endswith(b"\r\n\r\nok")


def test_a_response_is_logged_before_its_client_has_it() -> None:
    """Whoever reads log or metrics after a response finds it there, since they are written when it is closed."""
    closing, release = Event(), Event()

    class Content(list[bytes]):
        def close(self) -> None:
            closing.set()
            release.wait(SECONDS)

    def app(_: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "2")])
        return Content([b"ok"])

    sock = listener("127.0.0.1", 0)
    server = Server(app, sock, Settings(threads=1, drain_timeout=SECONDS))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    with socket.create_connection(sock.getsockname(), timeout=SECONDS) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert closing.wait(SECONDS)
        assert select.select([client], [], [], 0.05)[0] == []
        release.set()
        assert client.recv(65536).endswith(b"ok")
    server.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_who_has_said_all_is_answered(port: int) -> None:
    """A client may close its half of the connection once it has asked (RFC 9112, 9.6)."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(65536).endswith(b"ok")


def test_a_header_says_what_the_client_needs_once(port: int) -> None:
    """The length, which the application had said, and the date; the connection is kept, which needs no word."""
    client = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    client.request("GET", "/")
    response = client.getresponse()
    assert [name for name, _ in response.getheaders()] == ["Content-Length", "Date"]
    assert abs(parsedate_to_datetime(response.headers["Date"]).timestamp() - time.time()) < SECONDS
    assert response.read() == b"ok"
    client.close()


def test_a_connection_that_nobody_uses_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the seconds for which a balancer keeps one, and some more."""
    monkeypatch.setitem(_LIMITS, "channel_timeout", 0)
    monkeypatch.setitem(_LIMITS, "cleanup_interval", 0)
    sock = listener("127.0.0.1", 0)
    server = Server(_app, sock, Settings(threads=1, drain_timeout=SECONDS))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    with socket.create_connection(sock.getsockname(), timeout=SECONDS) as client:
        assert client.recv(1) == b""
    server.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()
