"""Responses: what an application gives becomes one message, whatever it does wrong."""

import logging
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Any

import pytest

from ogrom.server.environ import _key
from ogrom.server.greenlets import Refused
from ogrom.server.lanes import Lane
from ogrom.server.limits import Limits
from ogrom.server.refusal import Refusal
from ogrom.server.testing import running

pytestmark = pytest.mark.usefixtures("in_both_modes")

SECONDS = 300.0
Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), SECONDS)


def ask(
    app: App, request: bytes = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", **more: Any
) -> tuple[bytes, bytes, bool]:
    """The last header, the content behind it, and whether the connection was closed."""
    with running(app, **more) as port, connected(port) as sock:
        sock.sendall(request)
        said = b""
        while not said.endswith((b"\n0\r\n\r\n", b".", b".\n")) and (part := sock.recv(65536)):
            said += part
        with suppress(ConnectionError):
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        try:
            is_closed = sock.recv(1) == b""
        except ConnectionError:
            is_closed = True
    head, _, content = said.rpartition(b"\r\n\r\n") if b"chunked" not in said else said.partition(b"\r\n\r\n")
    return head, content, is_closed


def plain(*parts: bytes, status: str = "200 OK", fields: tuple[tuple[str, str], ...] = ()) -> App:
    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response(status, list(fields))
        return list(parts)

    return app


def generated(*parts: bytes) -> App:
    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield from parts

    return app


def test_one_piece_has_a_length() -> None:
    """And a Date of the RFC's form, and nothing that tells what serves."""
    head, content, is_closed = ask(plain(b"hello."))
    assert (content, is_closed) == (b"hello.", False)
    assert b"\r\nContent-Length: 6\r\n" in head
    date = re.search(rb"\r\nDate: ([^\r]+)", head)
    assert date
    assert parsedate_to_datetime(date[1].decode()).tzinfo
    assert b"Server" not in head


def test_pieces_of_unknown_number_are_chunked() -> None:
    """To HTTP/1.0 their end is that of the connection."""
    head, content, is_closed = ask(generated(b"hello", b"", b" world."))
    assert b"\r\nTransfer-Encoding: chunked" in head
    assert (content, is_closed) == (b"5\r\nhello\r\n7\r\n world.\r\n0\r\n\r\n", False)
    head, content, is_closed = ask(
        generated(b"hello", b" world."), b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    )
    assert b"Transfer-Encoding" not in head
    assert (content, is_closed) == (b"hello world.", True)


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_what_has_no_content_says_nothing_of_it(status: str) -> None:
    """RFC 9110, 8.6; the connection is kept."""
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    with (
        running(plain(b"ignored", status=status)) as port,
        connected(port) as sock,
    ):
        for _ in range(2):
            sock.sendall(request)
            said = sock.recv(1000)
            assert said.endswith(b"\r\n\r\n")
            assert b"ontent-" not in said
            assert b"Transfer" not in said


def test_head_has_the_header_alone() -> None:
    """With the length that GET would have."""
    with running(plain(b"hello.")) as port, connected(port) as sock:
        for _ in range(2):
            sock.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            said = sock.recv(1000)
            assert said.endswith(b"\r\n\r\n")
            assert b"\r\nContent-Length: 6\r\n" in said


def failing(error: BaseException, after: tuple[bytes, ...] = ()) -> App:
    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield from after
        raise error

    return app


@pytest.mark.parametrize("error", [ValueError("oh"), SystemExit(3)])
def test_an_application_that_fails_is_a_500(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """Its thread goes on, and what went wrong is in the log alone."""
    head, content, is_closed = ask(failing(error), lanes=(Lane("application", 1),))
    assert head.startswith(b"HTTP/1.1 500 ")
    assert (content.strip(), is_closed) == (
        b"The application failed to answer; the error is in the server's log.",
        False,
    )
    assert "the application failed with GET /" in caplog.text


def test_a_response_that_breaks_off_is_cut() -> None:
    """So that nobody takes a part of it for the whole."""
    with (
        running(failing(ValueError(), (b"a", b"b"))) as port,
        connected(port) as sock,
        sock.makefile("rb") as file,
    ):
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert not file.read().endswith(b"0\r\n\r\n")


@pytest.mark.parametrize(("length", "content"), [("3", b"hel"), ("9", b"hello.")])
def test_a_wrong_length_closes_the_connection(
    length: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets no more than it was told of, and no second response in place of what is missing."""
    app = plain(b"hello", b".", fields=(("Content-Length", length),))
    with running(app) as port, connected(port) as sock, sock.makefile("rb") as file:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert file.read().rpartition(b"\r\n\r\n")[2] == content
    assert "of its Content-Length" in caplog.text


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        ("200 OK\r\nX: y", ()),
        ("OK", ()),
        ("200 OK", (("Connection", "close"),)),
        ("200 OK", (("Transfer-Encoding", "chunked"),)),
        ("200 OK", (("X", "a\r\nY: b"),)),
        ("200 OK", (("X Y", "a"),)),
        ("200 OK", (("X:", "a"),)),
        ("200 OK", (("X", "a\0"),)),
        ("200 OK", (("X", "\u20ac"),)),
        ("200 OK", (("Content-Length", "x"),)),
        ("200 OK", (("Content-Length", "-1"),)),
        ("200 OK", (("Content-Length", "3"), ("Content-Length", "4"))),
    ],
)
def test_what_cannot_be_sent_is_a_500(status: str, fields: tuple[tuple[str, str], ...]) -> None:
    """No line of a header is what a client has smuggled into a value."""
    head, _, _ = ask(plain(b"ok.", status=status, fields=fields))
    assert head.startswith(b"HTTP/1.1 500 ")


def test_the_content_is_closed_once_whatever_happens() -> None:
    """PEP 3333: also where the client has left."""
    closed = Event()

    class Endless:
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x" * 100_000

        def close(self) -> None:
            assert not closed.is_set()
            closed.set()

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Endless()

    with running(app) as port:
        with connected(port) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert sock.recv(1000)
        assert closed.wait(SECONDS)


def test_content_that_cannot_be_closed_is_whole(caplog: pytest.LogCaptureFixture) -> None:
    """Were it since no thread is free for that."""

    class Unclosed:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"b"])

        def close(self) -> None:
            raise Refused(Refusal(503, "full"))

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Unclosed()

    head, content, _ = ask(app)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert content.endswith(b"0\r\n\r\n")
    assert "closing the application's content failed" in caplog.text


def test_a_function_that_fails_ends_a_connection_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    """The loop goes on."""

    def limit(environ: dict[str, Any]) -> int:
        raise KeyError(environ["PATH_INFO"])

    with running(plain(b"ok."), content_limit=limit) as port:
        with connected(port) as sock:
            sock.sendall(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
            assert sock.recv(1000) == b""
        with connected(port) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert sock.recv(1000).endswith(b"ok.")
    assert "a request could not be dispatched" in caplog.text


@pytest.mark.parametrize(
    ("content", "limit", "read", "status"),
    [(5, 10, 5, b"200"), (11, 10, None, b"413"), (5, 0, None, b"413"), (0, 0, 0, b"200")],
)
def test_the_application_refuses_by_the_header(
    content: int, limit: int, read: int | None, status: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the client has sent any of it; to read it then is a mistake that is told."""
    caplog.set_level(logging.ERROR)

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        try:
            found = len(environ["wsgi.input"].read())
        except OSError:
            start_response("413 Content Too Large", [])
            return [b"too much."]
        assert found == read
        start_response("200 OK", [])
        return [b"ok."]

    head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {content}\r\n\r\n".encode()
    with running(app, content_limit=lambda _: limit) as port, connected(port) as sock:
        sock.sendall(head + (b"x" * content if read else b""))
        assert sock.recv(1000).split()[1] == status


def test_who_expects_it_is_told_to_go_on() -> None:
    """Once, and not where the content is unwanted."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    with running(plain(b"ok.")) as port, connected(port) as sock:
        sock.sendall(head)
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"hello")
        assert sock.recv(1000).endswith(b"ok.")
    with running(plain(b"no."), content_limit=lambda _: 0) as port, connected(port) as sock:
        sock.sendall(head)
        assert sock.recv(1000).endswith(b"no.")


def test_what_strangers_make_up_is_not_remembered() -> None:
    """Names of fields are many and may be long; only short ones are kept, of which there are so many."""
    before = _key.cache_info().currsize
    app = plain(b"ok.")
    with running(app) as port, connected(port) as sock:
        for number in range(20):
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n%b%d: x\r\n\r\n" % (b"x" * 20_000, number))
            assert sock.recv(1000).endswith(b"ok.")
    assert _key.cache_info().currsize <= before + 1


def test_writing_nothing_sends_nothing() -> None:
    """An empty chunk would be the last one, and what comes behind it another response."""

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        write = start_response("200 OK", [])
        write(b"")
        write(b"hello")
        write(b"")
        return [b" world."]

    assert ask(app)[1] == b"5\r\nhello\r\n7\r\n world.\r\n0\r\n\r\n"
    _, content, is_closed = ask(app, b"GET / HTTP/1.0\r\n\r\n")
    assert (content, is_closed) == (b"hello world.", True)


def test_an_error_that_is_seen_in_time_takes_the_place_of_a_response() -> None:
    """PEP 3333, exc_info: nothing had been sent, and nothing of it counts."""

    def app(environ: dict[str, Any], start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        yield b"hello"
        start_response("500 Oh", [("Content-Length", "6")], (LookupError, LookupError(), None))
        yield b"err"
        yield b"or."

    head, content, is_closed = ask(app)
    assert head.startswith(b"HTTP/1.1 500 Oh\r\n")
    assert (content, is_closed) == (b"error.", False)


def test_head_waits_for_no_content(caplog: pytest.LogCaptureFixture) -> None:
    """Though that has no end; and what has failed when all was given is in the log alone."""

    class Endless:
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x"

        def close(self) -> None:
            raise LookupError("closing")

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Endless()

    with running(app) as port, connected(port) as sock:
        for _ in range(2):
            sock.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert sock.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
    assert "LookupError: closing" in caplog.text


def tells_of_a_field(refusal: Refusal, environ: dict[str, Any]) -> Any:
    return [("Connection", "close")], b"no."


def tells_no_bytes(refusal: Refusal, environ: dict[str, Any]) -> Any:
    return [], "no."


def fails(refusal: Refusal, environ: dict[str, Any]) -> Any:
    raise LookupError


@pytest.mark.parametrize("refuse", [tells_of_a_field, tells_no_bytes, fails])
def test_who_tells_of_refusals_wrongly_ends_nothing(refuse: Any, caplog: pytest.LogCaptureFixture) -> None:
    """In the loop or in a thread: the client is told plainly, and the log why."""
    app, limits = failing(ValueError()), Limits(header_seconds=0.1)
    with running(app, limits, refuse=refuse) as port:
        for sent, status in ((b"GET", b"408"), (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"500")):
            with connected(port) as sock:
                sock.sendall(sent)
                assert sock.recv(1000).split()[1] == status
    assert "the `refuse` function failed" in caplog.text


def test_a_length_is_told_in_one_way() -> None:
    """Zeros in front are allowed, and who reads them otherwise is an application."""

    def app(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["CONTENT_LENGTH"].encode() + b"."]

    assert ask(app, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0005\r\n\r\nhello")[1] == b"5."
