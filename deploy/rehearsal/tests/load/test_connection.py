"""A response as the load generator reads it, in pieces as they may come."""

import pytest

from ogrom_rehearsal.load.connection import CHUNK, NotHTTP, Response

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nfine\r\nA;x=y\r\n0123456789\r\n0\r\n"


def read(*pieces: bytes) -> Response:
    """One that is whole with the last piece, and not before."""
    response = Response()
    assert [response.feed(each) for each in pieces] == [False] * (len(pieces) - 1) + [True]
    return response


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (HEAD + b"content-length:4\r\nOgrom-Release: v1\r\n\r\nfine", b"fine"),
        (CHUNKED + b"\r\n", b"fine0123456789"),
        (CHUNKED + b"Trailer: x\r\n\r\n", b"fine0123456789"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HEAD + b"Content-Length: 1\r\n\r\nx", b"x"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
def test_a_response_is_whole_with_its_last_byte(text: bytes, content: bytes) -> None:
    """At once, or byte by byte."""
    for response in (read(text), read(*(text[index : index + 1] for index in range(len(text))))):
        assert (bytes(response.content), response.size) == (content, len(content))
        assert not response.is_last
        assert response.release == ("v1" if b"v1" in text else "")


def test_a_response_without_a_length_ends_with_its_connection() -> None:
    """Only there the end of the connection is the end of the content."""
    response = Response()
    assert not response.feed(HEAD + b"\r\nfi")
    assert not response.feed(b"ne")
    assert response.end()
    assert (bytes(response.content), response.is_last) == (b"fine", True)


@pytest.mark.parametrize(
    "text", [b"", HEAD, HEAD + b"Content-Length: 4\r\n\r\nfin", CHUNKED[:-3], CHUNKED[:40]]
)
def test_a_response_that_breaks_off_is_not_whole(text: bytes) -> None:
    """Its head, its content or its last chunk is missing."""
    response = Response()
    assert not response.feed(text)
    assert not response.end()


@pytest.mark.parametrize(
    "text",
    [
        b"what?\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        HEAD + b"Content-Length: 2\r\n\r\nfine",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
    ],
)
def test_what_is_no_response_is_told(text: bytes) -> None:
    """Nor is one with something behind it."""
    with pytest.raises(NotHTTP):
        Response().feed(text)


def test_the_last_response_of_a_connection_says_so() -> None:
    """By its field, or by its version."""
    assert read(HEAD + b"Connection: close\r\nContent-Length: 0\r\n\r\n").is_last
    assert read(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").is_last


def test_only_the_beginning_of_a_large_response_is_kept() -> None:
    """Its size counts all of it."""
    piece = bytes(CHUNK)
    response = read(HEAD + b"Content-Length: %d\r\n\r\n" % (4 * CHUNK), piece, piece, piece, piece)
    assert response.size == 4 * CHUNK
    assert len(response.content) <= 2 * CHUNK
