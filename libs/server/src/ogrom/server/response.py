"""Writing a response: what a WSGI application gives (PEP 3333), framed as HTTP/1.1 says (RFC 9112, 6)."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from email.utils import formatdate
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, TypeAlias

from .grammar import TOKEN
from .greenlets import Refused
from .refusal import Refusal
from .request import Head

Fields: TypeAlias = Sequence[tuple[str, str]]
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
Environ: TypeAlias = dict[str, Any]
Application: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
"""A WSGI application."""
TellRefusal: TypeAlias = Callable[[Refusal, Environ], tuple[Fields, bytes]]
"""Tells of a refusal: fields and content, by the refusal and the request's environment."""

log = logging.getLogger("ogrom.server")

_SMALL: Final = 65536
"""A copy of so many bytes is cheaper than another call of the system."""

_HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("te", "trailer", "trailers", "transfer-encoding", "upgrade"),
    }
)
_date = lru_cache(maxsize=2)(lambda second: f"\r\nDate: {formatdate(second, usegmt=True)}")
_CONTENT_LENGTH = re.compile("\r\ncontent-length: [0-9]*", re.IGNORECASE)
_MARKED = frozenset({"content-length", "date"})


class ClientLeft(OSError):
    """The connection is closed, so nobody takes what an application still writes."""


class Response:
    """The answer to one request; what it sends goes out in as few pieces as can be.

    Attributes:
        rest: what is still to be sent once the application has answered: of a small response all of it.
        has_begun: whether anything has been sent, so that no other answer is possible any more.
        closes: whether the connection is to be closed behind it, as the client has been told, or because less or more
            was written than was said.
    """

    def __init__(self, head: Head, send: Callable[[bytes], None], is_last: Callable[[], bool]) -> None:
        """Prepare to answer.

        Args:
            head: of the request.
            send: takes bytes, or raises ClientLeft.
            is_last: whether the connection is to be closed behind the response; asked when the header is made.
        """
        self._head = head
        self._send = send
        self._is_last = is_last
        self._status = ""
        self._lines, self._marked = "", list[str]()
        self._length: int | None = None
        self._written = 0
        self._is_chunked = False
        self._has_content = True
        self._is_made = False
        self.rest = b""
        self.has_begun = False
        self.closes = False

    def answer(self, application: Application, environ: Environ) -> None:
        """Have the application answer, and send what it gives but for the rest.

        Where its content is one small piece, that is the rest: so header and content go out together, and the
        application has counted and logged them before the client can ask for more.
        What has no content is not asked for any (PEP 3333, "Handling the Content-Length Header").

        Raises:
            ClientLeft: the connection was closed meanwhile.
            Exception: the application's, unless it has given all and only closing it has failed.
        """
        parts = application(environ, self.start)
        try:
            count = getattr(parts, "__len__", None)
            is_one = count is not None and count() == 1
            for part in parts:
                if part:
                    if is_one and self._length is None and not self._is_made:
                        self._length = len(part)
                    self._write(part)
                if self._is_made and not self._has_content:
                    break
            if not self._is_made:
                if self._length is None and self._has_content:
                    self._length = 0
                self.rest = self._header()
        finally:
            _close(parts)
        self._finish()

    def start(self, status: str, fields: Fields, exc_info: ExcInfo | None = None) -> Callable[[bytes], None]:
        """`start_response` of PEP 3333.

        Raises:
            AssertionError: it has been called before, or a field is the server's own.
            ValueError: a status or a field that cannot be sent.
        """
        if exc_info:
            try:
                if self.has_begun and exc_info[1] is not None:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._status:
            raise AssertionError("start_response was called twice")
        self._lines, self._marked = _checked(status, fields)
        self._length = _length_of(fields, self._marked) if "content-length" in self._marked else None
        self._status = status
        self._has_content = self._head.method != "HEAD" and status[:3] not in {"204", "304"}
        self._is_made, self._is_chunked = False, False
        self.rest, self._written = b"", 0
        return self._write

    def _write(self, data: bytes) -> None:
        if not data:
            return  # framed, it would be the end of all chunks
        if not self._is_made:
            header = self._header()
            if not self._has_content:
                self.rest = header
                return
            if self._length == len(data) <= _SMALL:
                self.rest, self._written = header + data, len(data)
                return
            self._begin(header + self._framed(data))
        elif self._has_content:
            if self.rest:
                self._begin(self.rest)
            self._send(self._framed(data))

    def _begin(self, data: bytes) -> None:
        self.rest, self.has_begun = b"", True
        self._send(data)

    def _framed(self, data: bytes) -> bytes:
        if self._is_chunked:
            return b"%X\r\n%b\r\n" % (len(data), data)
        if self._length is not None and self._written + len(data) > self._length:
            log.error("the application wrote more than the %d bytes of its Content-Length", self._length)
            data, self.closes = data[: self._length - self._written], True
        self._written += len(data)
        return data

    def _finish(self) -> None:
        if self._is_chunked:
            self.rest = b"0\r\n\r\n"
        elif self._has_content and self._length is not None and self._written < self._length:
            log.error(
                "the application wrote only %d of the %d bytes of its Content-Length",
                self._written,
                self._length,
            )
            self.closes = True

    def _header(self) -> bytes:
        """The response's header; what is said of the content and the connection is the server's."""
        if not self._status:
            raise AssertionError("the application has not called start_response")
        self._is_made = True
        parts = [f"HTTP/1.1 {self._status}", self._lines]
        if self._status[:3] in {"204", "304"}:
            if "content-length" in self._marked:
                parts[1] = _CONTENT_LENGTH.sub("", self._lines)
        elif "content-length" not in self._marked:
            parts.append(self._framing())
        if "date" not in self._marked:
            parts.append(_date(int(time.time())))
        self.closes = self.closes or not self._head.keeps_alive or self._is_last()
        if self.closes:
            parts.append("\r\nConnection: close")
        elif self._head.version == "1.0":
            parts.append("\r\nConnection: keep-alive")
        parts.append("\r\n\r\n")
        return "".join(parts).encode("latin-1")

    def _framing(self) -> str:
        """How the client sees where the content ends (RFC 9112, 6.3)."""
        if self._length is not None:
            return f"\r\nContent-Length: {self._length}"
        if not self._has_content:
            return ""
        if self._head.version == "1.0":
            self.closes = True
            return ""
        self._is_chunked = True
        return "\r\nTransfer-Encoding: chunked"


def _checked(status: str, fields: Fields) -> tuple[str, list[str]]:
    """The fields as lines, each behind its end, and for each its name if it matters here.

    Raises:
        AssertionError: a field is hop-by-hop, which PEP 3333 leaves to the server.
        ValueError: what no response may have.
    """
    _check_status(status)
    lines = "".join([f"\r\n{name}: {value}" for name, value in fields])
    # All at once, since hardly any response has a field that is wrong.
    if not lines.count("\r") == lines.count("\n") == len(fields) or "\0" in lines:
        wrong = next(field for field in fields if not _is_text("".join(field)))
        raise ValueError(f"the field {wrong[0]!r}: {wrong[1]!r} has a line end or a NUL; remove it")
    return lines, [_mark(name) for name, _ in fields]


@lru_cache(maxsize=128)
def _check_status(status: str) -> None:
    if not (status[:3].isascii() and status[:3].isdigit() and status[3:4] in {"", " "} and _is_text(status)):
        raise ValueError(f"{status!r} is not a status such as '200 OK'")


@lru_cache(maxsize=1024)
def _mark(name: str) -> str:
    """The name of a field that the server has something to do with, in lower case; empty for any other.

    Raises:
        AssertionError: the field is hop-by-hop.
        ValueError: it is no name.
    """
    low = name.lower()
    if low in _HOP_BY_HOP:
        raise AssertionError(f"{name} is hop-by-hop, so only the server may set it (PEP 3333)")
    if TOKEN.fullmatch(name.encode("latin-1")) is None:
        raise ValueError(f"{name!r} is not a valid field name")
    return low if low in _MARKED else ""


def _length_of(fields: Fields, marked: Sequence[str]) -> int:
    """What Content-Length says, which is there.

    Raises:
        ValueError: it is no number of bytes, or there are two that differ.
    """
    value = fields[marked.index("content-length")][1]
    others = marked.count("content-length") > 1 and {
        other for (_, other), mark in zip(fields, marked, strict=True) if mark == "content-length"
    } != {value}
    if others or not (value.isascii() and value.isdigit()):
        raise ValueError(f"{value!r} is not a valid Content-Length, or there is a different one")
    return int(value)


def _close(parts: object) -> None:
    try:
        if (close := getattr(parts, "close", None)) is not None:
            close()
    except (Exception, Refused):
        log.exception("closing the application's content failed")


def _is_text(value: str) -> bool:
    return "\r" not in value and "\n" not in value and "\0" not in value
