"""An HTTP/1.1 connection with one request at a time and no retries, and the response that comes on it."""

import re
import socket

CHUNK = 1 << 18
"""The most that is read at once, and kept of a response's content, in bytes."""

_HEAD = re.compile(rb"HTTP/1\.([01]) (\d{3})[ \r]")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close\r", re.IGNORECASE)
_RELEASE = re.compile(rb"\r\nogrom-release: *([^\r]*)\r", re.IGNORECASE)
_WITHOUT_CONTENT = frozenset({204, 304})


class NotHTTP(Exception):
    """What came is no response, or more than one."""


class Response:
    """A response while it comes, without I/O.

    Attributes:
        status: 0 until the whole head is there.
        head: its status line and fields.
        release: its Ogrom-Release; empty if it has none.
        content: its beginning, up to CHUNK bytes.
        size: of the content so far, in bytes.
        is_last: whether the connection ends with it.
    """

    __slots__ = ("_buffer", "_is_chunked", "_left", "content", "head", "is_last", "release", "size", "status")

    def __init__(self) -> None:
        self.status, self.head, self.release, self.is_last = 0, b"", "", False
        self.content, self.size = bytearray(), 0
        self._buffer = bytearray()
        self._is_chunked = False
        self._left: int | None = 0  # bytes of content that are still to come; None for all until the end

    def feed(self, data: bytes) -> bool:
        """Read on, and tell whether it is whole.

        Raises:
            NotHTTP: it cannot be read, or something follows it.
        """
        self._buffer += data
        if not self.status and not self._read_head():
            return False
        if self._is_chunked:
            is_whole = self._read_chunks()
        else:
            taken = len(self._buffer) if self._left is None else min(len(self._buffer), self._left)
            self._take(0, taken)
            if self._left is not None:
                self._left -= taken
            is_whole = self._left == 0
        if is_whole and self._buffer:
            raise NotHTTP
        return is_whole

    def end(self) -> bool:
        """Whether it is whole where the server has closed the connection."""
        return bool(self.status) and self._left is None and not self._is_chunked

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._buffer[: end + 2])
        del self._buffer[: end + 4]
        found = _HEAD.match(head)
        if found is None:
            raise NotHTTP
        if found[2].startswith(b"1"):
            return self._read_head()  # what comes before the response, such as 103 Early Hints
        self.status, self.head = int(found[2]), head
        self._is_chunked = _CHUNKED.search(head) is not None
        length = _LENGTH.search(head)
        if length is not None or self.status in _WITHOUT_CONTENT:
            self._left = int(length[1]) if length and self.status not in _WITHOUT_CONTENT else 0
        else:
            self._left = None
        until_the_end = self._left is None and not self._is_chunked
        self.is_last = until_the_end or found[1] == b"0" or _CLOSE.search(head) is not None
        if release := _RELEASE.search(head):
            self.release = release[1].decode("latin-1")
        return True

    def _read_chunks(self) -> bool:
        while (line := self._buffer.find(b"\r\n")) >= 0:
            try:
                size = int(self._buffer[:line].split(b";")[0], 16)
            except ValueError:
                raise NotHTTP from None
            if not size:
                end = self._buffer.find(b"\r\n\r\n", line)  # behind the trailers
                if end >= 0:
                    del self._buffer[: end + 4]
                return end >= 0
            if len(self._buffer) < line + size + 4:
                return False
            self._take(line + 2, size)
            del self._buffer[:2]
        return False

    def _take(self, begin: int, size: int) -> None:
        """Take content out of the buffer, and what is before it."""
        self.size += size
        if len(self.content) < CHUNK:
            self.content += self._buffer[begin : begin + size]
        del self._buffer[: begin + size]


class Connection:
    """A connection to the server that blocks nobody; owns its socket.

    Attributes:
        sock: its socket.
        is_open: whether it has been made.
        response: what has come of the response to the request that is under way.
    """

    __slots__ = ("is_open", "response", "sock")

    def __init__(self, address: tuple[str, int]) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.connect_ex(address)
        self.is_open = False
        self.response = Response()

    def is_usable(self) -> bool:
        """Whether another request can be sent: the server has neither closed nor sent anything unasked."""
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def send(self, message: bytes) -> bool:
        """Send a request, and tell whether that went well; it is far smaller than what a connection takes at once."""
        self.response = Response()
        try:
            return self.sock.send(message) == len(message)
        except OSError:
            return False
