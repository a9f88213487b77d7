"""Reading a request: HTTP/1.1 (RFC 9112) as a table of states, with no socket in it.

What the RFC calls MUST is a refusal, and so is what two readers could understand in two ways; nothing is guessed. After
a refusal the connection is to be closed, since nobody knows where the next request begins.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum, auto
from typing import Any, ClassVar, NamedTuple, NoReturn, TypeAlias
from urllib.parse import unquote_to_bytes

from . import grammar
from .limits import Limits
from .refusal import Refusal, RefusalType

_LINE_END = b"\r\n"
_HEAD_END = b"\r\n\r\n"
_EMPTY_LINES = 8
_LONGEST_METHOD = 64
_LONGEST_NUMBER = 19  # of digits; with more it is too large for everybody, as the first ones say already
_NO_TRAILERS = frozenset({b"content-length", b"host", b"transfer-encoding"})  # RFC 9110, 6.5.1
_LONG_TRAILERS = "The trailer fields are too long; send fewer or shorter ones."
_BARE = "Every line must end with CR LF; the request has a CR or LF on its own."


# A tuple, since a frozen dataclass takes six times as long to make, for each request.
class Head(NamedTuple):
    """A request's line and fields.

    Attributes:
        method: as it was sent; a method that nobody knows is the application's to refuse.
        target: as it was sent.
        path: of the target, percent-decoded, each byte as one character (PEP 3333); `*` for the server as a whole.
        query: of the target, as it was sent.
        version: `1.0` or `1.1`.
        fields: by lower-case names, repeated ones combined (RFC 9110, 5.3). `host` is the target's where that has one
            (RFC 9112, 3.2.2). Names with `_` are left out: under WSGI they could pass for those with `-`.
        content_length: in bytes; None where the content is chunked.
        expects_continue: whether the client waits for a 100 before it sends the content.
        keeps_alive: whether the client may send another request after this one.
    """

    method: str
    target: str
    path: str
    query: str
    version: str
    fields: Mapping[str, str]
    content_length: int | None
    expects_continue: bool
    keeps_alive: bool


# Numbers, which are found in a dict by C alone.
class ReaderState(IntEnum):
    """What is read next."""

    HEAD = auto()
    CONTENT = auto()
    CHUNK_SIZE = auto()
    CHUNK_DATA = auto()
    CHUNK_END = auto()
    TRAILERS = auto()
    COMPLETE = auto()
    REFUSED = auto()


class Element(IntEnum):
    """What has been read of a message."""

    NO_CONTENT = auto()
    CONTENT = auto()
    CHUNKED = auto()
    CHUNK = auto()
    LAST_CHUNK = auto()
    END = auto()


TRANSITIONS: Mapping[ReaderState, Mapping[Element, ReaderState]] = {
    ReaderState.HEAD: {
        Element.NO_CONTENT: ReaderState.COMPLETE,
        Element.CONTENT: ReaderState.CONTENT,
        Element.CHUNKED: ReaderState.CHUNK_SIZE,
    },
    ReaderState.CONTENT: {Element.END: ReaderState.COMPLETE},
    ReaderState.CHUNK_SIZE: {Element.CHUNK: ReaderState.CHUNK_DATA, Element.LAST_CHUNK: ReaderState.TRAILERS},
    ReaderState.CHUNK_DATA: {Element.END: ReaderState.CHUNK_END},
    ReaderState.CHUNK_END: {Element.END: ReaderState.CHUNK_SIZE},
    ReaderState.TRAILERS: {Element.END: ReaderState.COMPLETE},
}
"""From each state what can come, and where it leads; a refusal leads to REFUSED from everywhere."""

Event: TypeAlias = Head | bytes | Refusal
_Step: TypeAlias = tuple[Element | None, Head | bytes | None]
_MORE: _Step = (None, None)


class _Refused(Exception):
    """Carries a refusal to `RequestReader.next`."""


def _refuse(status: int, reason: str, type: RefusalType = RefusalType.MALFORMED_REQUEST) -> NoReturn:
    raise _Refused(Refusal(status, reason, type=type))


class RequestReader:
    """Reads requests from the bytes of one connection, one after the other.

    ```
    reader.receive(data)
    while (event := reader.next()) is not None:
        ...  # first the Head, then content in pieces; or a Refusal
    if reader.state is ReaderState.COMPLETE:
        ...  # answer it, then reader.restart()
    ```

    Attributes:
        state: what is read next.
        content_limit: how many bytes of content this request may have; may be set when its Head has been read.
        content_bytes: how many it had so far.
    """

    def __init__(self, limits: Limits) -> None:
        """Expect a first request."""
        self._limits = limits
        self._buffer = bytearray()
        self.restart()

    def restart(self) -> None:
        """Expect another request, which may have been received already."""
        self.state = ReaderState.HEAD
        self.content_limit = self._limits.content_bytes
        self.content_bytes = 0
        self._searched = 0
        self._empty_lines = 0
        self._left = 0
        self._extension_bytes = 0
        self._trailer_bytes = 0

    @property
    def has_begun(self) -> bool:
        """Whether any of the next request has been received."""
        return self.state is not ReaderState.HEAD or bool(self._buffer)

    @property
    def has_more(self) -> bool:
        """Whether more has been received than was read."""
        return bool(self._buffer)

    def receive(self, data: bytes) -> None:
        """Take what the client has sent."""
        self._buffer += data

    def next(self) -> Event | None:
        """What comes next; None until more has been received, or the request is complete."""
        try:
            while (step := self._STEPS.get(self.state)) is not None:
                found, event = step(self)
                if found is not None:
                    self.state = TRANSITIONS[self.state][found]
                if found is None or event is not None:
                    return event
        except _Refused as refused:
            self.state = ReaderState.REFUSED
            refusal: Refusal = refused.args[0]
            return refusal
        return None

    def _head(self) -> _Step:
        buffer = self._buffer
        while buffer.startswith(_LINE_END):  # RFC 9112, 2.2: some clients end their content with one
            del buffer[:2]
            self._empty_lines += 1
            if self._empty_lines > _EMPTY_LINES:
                _refuse(400, "There are too many empty lines before the request; send none.")
        end = buffer.find(_HEAD_END, self._searched)
        if end < 0:
            self._check_head_so_far()
            self._searched = max(0, len(buffer) - 3)
            return _MORE
        line, _, fields = bytes(buffer[: end + 2]).partition(_LINE_END)
        del buffer[: end + 4]
        self._searched = 0
        _check_size(line, end + 4, self._limits)
        head = _parsed(line, fields, self._limits)
        if head.content_length is None:
            return Element.CHUNKED, head
        self._left = head.content_length
        return (Element.CONTENT if head.content_length else Element.NO_CONTENT), head

    def _check_head_so_far(self) -> None:
        """Refuse at once what no further byte could make a request."""
        buffer = self._buffer
        if buffer == b"\r":
            return
        end = buffer.find(_LINE_END)
        line = bytes(buffer[: end if end >= 0 else len(buffer)])
        _check_size(line, len(buffer), self._limits)
        if (grammar.REQUEST_LINE_SO_FAR if end < 0 else grammar.REQUEST_LINE).fullmatch(line) is None:
            _refuse_line(line)
        if grammar.BARE.search(buffer, self._searched):
            _refuse(400, _BARE)

    def _content(self) -> _Step:
        if self._left > self.content_limit:
            self._refuse_content()
        return self._data()

    def _chunk_size(self) -> _Step:
        line = self._line(
            self._limits.chunk_line_bytes,
            413,
            "A chunk's extensions are too long; omit them.",
            RefusalType.CHUNK_EXTENSIONS_TOO_LONG,
        )
        if line is None:
            return _MORE
        match = grammar.CHUNK.fullmatch(line)
        if match is None:
            _refuse(400, "A chunk must start with its size in hexadecimal digits; extensions may follow.")
        self._extension_bytes += len(match[2])
        if self._extension_bytes > self._limits.chunk_extension_bytes:
            _refuse(
                413,
                "The chunks have too many extensions; omit them.",
                RefusalType.CHUNK_EXTENSIONS_TOO_LONG,
            )
        self._left = int(match[1], 16)
        if self.content_bytes + self._left > self.content_limit:
            self._refuse_content()
        return (Element.CHUNK if self._left else Element.LAST_CHUNK), None

    def _data(self) -> _Step:
        data = bytes(self._buffer[: self._left])
        del self._buffer[: len(data)]
        self._left -= len(data)
        self.content_bytes += len(data)
        return (None if self._left else Element.END), data or None

    def _chunk_end(self) -> _Step:
        end = bytes(self._buffer[:2])
        if not _LINE_END.startswith(end):
            _refuse(400, "A chunk is longer than its size; send that many bytes, then CR LF.")
        if end != _LINE_END:
            return _MORE
        del self._buffer[:2]
        return Element.END, None

    def _trailers(self) -> _Step:
        limit = self._limits.trailer_bytes
        while (line := self._line(limit, 431, _LONG_TRAILERS, RefusalType.HEADER_TOO_LARGE)) is not None:
            if not line:
                return Element.END, None
            self._trailer_bytes += len(line) + 2
            if self._trailer_bytes > limit:
                _refuse(431, _LONG_TRAILERS, RefusalType.HEADER_TOO_LARGE)
            if grammar.FIELD_LINE.fullmatch(line) is None:
                _refuse(400, "A trailer field must be `name: value`.")
            if line.partition(b":")[0].lower() in _NO_TRAILERS:
                _refuse(400, "A trailer field must not be Content-Length, Host or Transfer-Encoding.")
        return _MORE

    def _line(self, limit: int, status: int, reason: str, type: RefusalType) -> bytes | None:
        """The next line without its end; None if there is none yet."""
        buffer = self._buffer
        end = buffer.find(_LINE_END, self._searched)
        if (end if end >= 0 else len(buffer)) > limit:
            _refuse(status, reason, type)
        if end < 0:
            if grammar.BARE.search(buffer, self._searched):
                _refuse(400, _BARE)
            self._searched = max(0, len(buffer) - 1)
            return None
        line = bytes(buffer[:end])
        del buffer[: end + 2]
        self._searched = 0
        return line

    def _refuse_content(self) -> NoReturn:
        _refuse(
            413,
            f"The content must not exceed {self.content_limit} bytes; send less.",
            RefusalType.CONTENT_TOO_LARGE,
        )

    _STEPS: ClassVar[Mapping[ReaderState, Callable[[Any], _Step]]] = {
        ReaderState.HEAD: _head,
        ReaderState.CONTENT: _content,
        ReaderState.CHUNK_SIZE: _chunk_size,
        ReaderState.CHUNK_DATA: _data,
        ReaderState.CHUNK_END: _chunk_end,
        ReaderState.TRAILERS: _trailers,
    }


def _check_size(line: bytes, head_bytes: int, limits: Limits) -> None:
    if len(line) > limits.target_bytes + _LONGEST_METHOD and b" " in line[:_LONGEST_METHOD]:
        _refuse_target(limits)
    if head_bytes > limits.header_bytes:
        _refuse(
            431,
            f"The header must not exceed {limits.header_bytes} bytes; send fewer or shorter fields.",
            RefusalType.HEADER_TOO_LARGE,
        )


def _refuse_target(limits: Limits) -> NoReturn:
    _refuse(
        414,
        f"The target must not exceed {limits.target_bytes} bytes; shorten it.",
        RefusalType.TARGET_TOO_LONG,
    )


def _parsed(line: bytes, lines: bytes, limits: Limits) -> Head:
    match = grammar.REQUEST_LINE.fullmatch(line)
    if match is None:
        _refuse_line(line)
    method, target, major, minor = match.groups()
    if major != b"1":
        _refuse(
            505, "This version of HTTP is not supported; use HTTP/1.1.", RefusalType.UNSUPPORTED_HTTP_VERSION
        )
    if len(target) > limits.target_bytes:
        _refuse_target(limits)
    version = "1.0" if minor == b"0" else "1.1"
    fields = _fields(lines, limits)
    authority, path, query = _split(method, target)
    host = _host(fields, version)
    if authority:
        fields["host"] = authority
    elif host:
        fields["host"] = host
    length = _content_length(fields, version)
    connection = fields.get("connection", "")
    tokens = [each.strip(" \t").lower() for each in connection.split(",")] if connection else ()
    return Head(
        method=method.decode("ascii"),
        target=target.decode("ascii"),
        path=path,
        query=query,
        version=version,
        fields=fields,
        content_length=length,
        expects_continue=_expects_continue(fields, version) and length != 0,
        keeps_alive="close" not in tokens and (version == "1.1" or "keep-alive" in tokens),
    )


def _fields(lines: bytes, limits: Limits) -> dict[str, str]:
    if grammar.FIELD_LINES.fullmatch(lines) is None:
        _refuse_fields(lines)
    if lines.count(_LINE_END) > limits.header_fields:
        _refuse(
            431,
            f"A request must not have more than {limits.header_fields} fields; send fewer.",
            RefusalType.HEADER_TOO_LARGE,
        )
    fields: dict[str, str] = {}
    for line in lines.decode("latin-1").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if "_" in name:
            continue
        name, value = name.lower(), value.strip(" \t")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def _host(fields: Mapping[str, str], version: str) -> str:
    """The one Host (RFC 9112, 3.2)."""
    host = fields.get("host")
    if host is None:
        if version == "1.1":
            _refuse(400, "HTTP/1.1 requires a Host field; send one.")
        return ""
    if grammar.HOST.fullmatch(host.encode("latin-1")) is None:
        _refuse(400, "Send exactly one Host field, with a host and optionally a port.")
    return host


def _split(method: bytes, target: bytes) -> tuple[str, str, str]:
    """Authority, path and query of a target (RFC 9112, 3.2)."""
    if method == b"CONNECT":
        _refuse(
            501, "This server is not a proxy; connect to the destination directly.", RefusalType.NOT_A_PROXY
        )
    authority, rest = b"", target
    if absolute := grammar.ABSOLUTE_FORM.fullmatch(target):
        authority, rest = absolute.groups()
        if grammar.HOST.fullmatch(authority) is None:
            _refuse(400, "The target's authority must be a host and optionally a port.")
        if not rest.startswith(b"/"):
            rest = b"/" + rest
    elif target == b"*" and method == b"OPTIONS":
        return "", "*", ""
    elif not target.startswith(b"/"):
        _refuse(400, "The target must start with a slash, or be an http or https URL.")
    path, _, query = rest.partition(b"?")
    if b"%" in path:
        path = unquote_to_bytes(path)
    return authority.decode("ascii"), path.decode("latin-1"), query.decode("ascii")


def _content_length(fields: dict[str, str], version: str) -> int | None:
    """How long the content is; None for chunked (RFC 9112, 6)."""
    coding, length = fields.get("transfer-encoding"), fields.get("content-length")
    if coding is not None:
        if version != "1.1" or length is not None:
            _refuse(400, "Send Content-Length or, with HTTP/1.1, Transfer-Encoding; not both.")
        codings = [each.strip(" \t").lower() for each in coding.split(",")]
        if codings != ["chunked"]:
            is_unknown = codings[-1] == "chunked" and "chunked" not in codings[:-1] and all(codings)
            _refuse(
                501 if is_unknown else 400,
                "The only supported Transfer-Encoding is `chunked`.",
                RefusalType.UNSUPPORTED_TRANSFER_CODING if is_unknown else RefusalType.MALFORMED_REQUEST,
            )
        return None
    if length is None:
        return 0
    if grammar.DIGITS.fullmatch(length.encode("latin-1")) is None:
        _refuse(400, "Content-Length must be a single whole number.")
    return int(length.lstrip("0")[:_LONGEST_NUMBER] or "0")


def _expects_continue(fields: Mapping[str, str], version: str) -> bool:
    """Whether the client waits for a 100; in HTTP/1.0 nobody does (RFC 9110, 10.1.1)."""
    expected = fields.get("expect")
    if expected is None or version == "1.0":
        return False
    if expected.lower() != "100-continue":
        _refuse(
            417,
            "The only supported expectation is 100-continue; send that, or no Expect field.",
            RefusalType.UNSUPPORTED_EXPECTATION,
        )
    return True


def _refuse_line(line: bytes) -> NoReturn:
    """Say what is wrong with a request line, or with its beginning."""
    if b"\r" in line or b"\n" in line:
        _refuse(400, _BARE)
    if grammar.TOKEN.fullmatch(line.partition(b" ")[0]) is None:
        _refuse(400, "This is not HTTP/1.1: a request starts with a method, such as GET.")
    _refuse(
        400,
        "A request must start with `method target HTTP/1.1`, with single spaces. The target must be visible ASCII: "
        "percent-encode everything else, and leave out the fragment.",
    )


def _refuse_fields(lines: bytes) -> NoReturn:
    """Say what is wrong with the fields."""
    if grammar.BARE.search(lines):
        _refuse(400, _BARE)
    for line in lines.split(_LINE_END)[:-1]:
        if line.startswith((b" ", b"\t")):
            _refuse(400, "A field must be on one line; line folding is obsolete.")
        if grammar.FIELD_LINE.fullmatch(line) is None:
            name, colon, _ = line.partition(b":")
            if colon and grammar.TOKEN.fullmatch(name):
                _refuse(400, f"Remove the control character from the field {name.decode('ascii')[:64]}.")
            break
    _refuse(400, "A field must be `name: value`, with no space before the colon.")
