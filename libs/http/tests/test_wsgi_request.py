"""The request of WSGI: what the environ says, and content that is read as far as asked."""

from io import BytesIO, RawIOBase
from typing import Any

import pytest

from ogrom.http.flask import WsgiRequest


class Chunks(RawIOBase):
    """A stream that gives a byte at a time, as a socket may."""

    def __init__(self, content: bytes) -> None:
        self._content = BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._content.read(1)
        buffer[: len(piece)] = piece
        return len(piece)


def wsgi_request(content: bytes, **environ: Any) -> WsgiRequest:
    return WsgiRequest({"REQUEST_METHOD": "PUT", "wsgi.input": BytesIO(content)} | environ)


def test_content_is_read_as_far_as_asked() -> None:
    """What is read once can be asked for again, and nothing behind the limit is read."""
    stream = BytesIO(b"1234567890")
    request = wsgi_request(b"", CONTENT_LENGTH="10", **{"wsgi.input": stream})
    assert [request.content(limit) for limit in (0, 3, 1, 3)] == [b"1", b"1234", b"12", b"1234"]
    assert stream.tell() == 4
    assert request.content(99) == b"1234567890"
    assert request.content(99) == b"1234567890"


def test_content_that_comes_slowly_is_read_whole() -> None:
    """A read that gives less than asked for is no end."""
    request = wsgi_request(b"", CONTENT_LENGTH="5", **{"wsgi.input": Chunks(b"12345")})
    assert request.content(9) == b"12345"


def test_content_without_a_length_is_none() -> None:
    """A request that announces no content has none (PEP 3333 lets nobody read on)."""
    assert wsgi_request(b"12345").content(9) == b""


def test_streamed_content_is_read_to_its_end() -> None:
    """Where the server ends the input itself, as for chunked requests, no length is needed."""
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert wsgi_request(b"12345", **environ).content(9) == b"12345"
    assert wsgi_request(b"12345", **environ).content(2) == b"123"


@pytest.mark.parametrize(("length", "expected"), [("-1", b""), ("x", b""), ("3", b"123"), ("", b"")])
def test_lengths_that_are_none(length: str, expected: bytes) -> None:
    """A Content-Length that is no number announces nothing; a shorter one ends the content."""
    assert wsgi_request(b"12345", CONTENT_LENGTH=length).content(9) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"REQUEST_URI": "/a%20b?c=d"}, "/a%20b?c=d"),
        ({"RAW_URI": "/a%20b"}, "/a%20b"),
        ({"PATH_INFO": "/a b/\u00c3\u00bc", "QUERY_STRING": "c=d"}, "/a%20b/%C3%BC?c=d"),
        ({"PATH_INFO": "/a", "SCRIPT_NAME": "/shop/"}, "/shop/a"),
        ({}, ""),
    ],
)
def test_the_target_is_what_was_sent(environ: dict[str, str], expected: str) -> None:
    """The server's own word counts; without it the target is quoted again."""
    assert WsgiRequest({"REQUEST_METHOD": "GET", **environ}).target == expected


def test_headers_are_read_from_the_environ() -> None:
    """Two fields have a name of their own in WSGI."""
    environ = {"REQUEST_METHOD": "GET", "CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "1", "HTTP_IF_MATCH": "*"}
    request = WsgiRequest(environ)
    names = ("content-type", "content-length", "if-match", "accept")
    assert [request.header(name) for name in names] == ["a/b", "1", "*", None]
