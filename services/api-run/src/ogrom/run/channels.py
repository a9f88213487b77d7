"""Channels: Waitress's connections, where its last release is laxer than RFC 9112 or keeps less alive.

They also tell the application what only a server knows: when a request had arrived, and whether it is refused.
"""

import time
from functools import lru_cache
from threading import Lock, local
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.task import ErrorTask, WSGITask  # type: ignore[import-untyped]
from waitress.utilities import build_http_date  # type: ignore[import-untyped]

from .readiness import events_of
from .refusals import REFUSED, Refusal

ARRIVED = "ogrom.arrived"
"""Where the WSGI environment has the moment, of `time.monotonic()`, when the request had been read."""

# Waitress says these, or more beside them.
_SERVERS_OWN = frozenset({"connection", "date", "server"})

# A copy of so many bytes is cheaper than a call of the system.
_SMALL = 65536

# Who connects has something to ask, and a round trip is shorter than that.
_SECONDS_TO_ASK = 1.0

_date = lru_cache(maxsize=4)(build_http_date)


class Parser(HTTPRequestParser):  # type: ignore[misc]  # untyped
    """Refuses what two readers of one request could understand in two ways, and remembers when it had read all.

    Attributes:
        arrived: when the header and the content had been read.
        deadline: when the request is to be given up, if it still waits for a thread then.
        refusal: why the server does not let it come to the application; None where it does.
    """

    arrived = 0.0
    deadline = float("inf")
    refusal: Refusal | None = None
    error: Any

    # What is told of a request whose first line nobody has read.
    command: Any = "GET"
    path = request_uri = "/"
    query = ""
    url_scheme = "http"

    def received(self, data: bytes) -> int:
        """Read on; the number of bytes that belonged to this request."""
        taken: int = super().received(data)
        if self.completed:
            self.arrived = time.monotonic()
        if self.error:
            self.refusal = _refusal(self.error, self.adj)
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request's header.

        Raises:
            ParsingError: it does not name one host (RFC 9112, 3.2), or leaves open how long the content is
                (6.1, 6.3): a 400, after which the connection is closed.
        """
        super().parse_header(header_plus)
        host = self.headers.get("HOST")
        if "," in (host or "") or (self.version == "1.1" and host is None):
            raise ParsingError("Send one Host field")
        if (self.chunked and "CONTENT_LENGTH" in self.headers) or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Send Content-Length, or Transfer-Encoding with HTTP/1.1, not both")


def _refusal(error: Any, limits: Any) -> Refusal:
    """What Waitress would say in plain text, and nobody would log or count."""
    reasons: dict[int, Any] = {
        400: f"This is no request of HTTP that can be understood: {error.body}",
        413: f"The content has {limits.max_request_body_size} bytes or more; send less.",
        431: f"The header has {limits.max_request_header_size} bytes or more; send fewer fields, or shorter ones.",
    }
    return Refusal(reasons.get(error.code, error.body), error.code)


class Task(WSGITask):  # type: ignore[misc]  # untyped
    """Keeps the connection after a 204 or 304, which ends with its header and needs no Content-Length.

    While the server drains it closes each connection: a balancer then has none left to send a request over at the
    moment when the server ends.
    """

    channel: Any
    request: Any
    status: str
    version: str
    start_time: Any
    complete: bool
    wrote_header: bool
    close_on_finish: bool
    content_length: int | None
    response_headers: Any
    _held = b""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with what the server knows."""
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED] = self.request.arrived
        if self.request.refusal is not None:
            environ[REFUSED] = self.request.refusal
        return environ

    def build_response_header(self) -> bytes:
        """The header; it says `Connection: close`, as if the client had asked for it, where there comes no other.

        That is while the server drains, and after what cannot be understood, since nobody knows where it ends.
        """
        # What was sent over this connection already is answered over it.
        is_last = self.channel.server.is_draining and len(self.channel.requests) == 1
        if is_last or self.request.error:
            self.request.headers["CONNECTION"] = "close"
        header: bytes = self._usual_header() or super().build_response_header()
        return header

    def _usual_header(self) -> bytes:
        """The header after which the connection is kept, with names as they are; empty where more is to be said.

        Waitress would write each name anew and sort them.
        """
        has_body = self.has_body
        if self.version != "1.1" or (has_body and self.content_length is None) or self._is_closing():
            return b""
        lines = [f"HTTP/1.1 {self.status}"]
        names = set()
        for name, value in self.response_headers:
            low = name.lower()
            names.add(low)
            if has_body or low != "content-length":
                lines.append(f"{name}: {value}")
        if names & _SERVERS_OWN:
            return b""
        if has_body and "content-length" not in names:
            lines.append(f"Content-Length: {self.content_length}")
        lines.append(f"Date: {_date(int(self.start_time))}\r\n\r\n")
        return "\r\n".join(lines).encode("latin-1")

    def _is_closing(self) -> bool:
        asked: str = self.request.headers.get("CONNECTION", "")
        return self.close_on_finish or (asked != "" and asked.lower() == "close")

    def execute(self) -> None:
        """Have the application answer, and send what was held back."""
        try:
            super().execute()
        finally:
            held, self._held = self._held, b""
            self.channel.write_soon(held)

    def write(self, data: bytes) -> None:
        """Send a part of the content.

        Where that is all, and not large, it is held back until the application has closed the content. So header
        and content go out together, and are logged and counted before the client can ask for more.
        """
        is_all = self.complete and self.has_body and self.content_length == len(data) <= _SMALL
        if is_all and data and not self.wrote_header and self.channel.connected:
            self._held = self.build_response_header() + data
            self.wrote_header = True
            self.content_bytes_written = len(data)
        else:
            super().write(data)

    def set_close_on_finish(self) -> None:
        """Close the connection after the response, unless its end is known and nobody asked for that."""
        if self.version == "1.0" or self._is_closing() or self.has_body:
            super().set_close_on_finish()


def _error_task(channel: Any, request: Any) -> Any:
    """Waitress's answers for the application where that has failed; a refusal is the application's to answer."""
    return (ErrorTask if request.refusal is None else Task)(channel, request)


class Channel(HTTPChannel):  # type: ignore[misc]  # untyped
    """A connection that reads and answers in this way, and tells the kernel what it waits for."""

    parser_class = Parser
    task_class = Task
    error_task_class: Any = staticmethod(_error_task)
    server: Any
    requests: Any
    request: Any
    total_outbufs_len: int
    creation_time: float
    last_activity: float
    _fileno: Any

    def __init__(self, server: Any, sock: Any, *args: Any, **options: Any) -> None:
        """Wait for the first request."""
        self._watching = Lock()
        super().__init__(server, sock, *args, **options)
        server.readiness.begin(self._fileno, events_of(self))

    def service(self) -> None:
        """Answer the first request; its thread is that of `watch_served`."""
        _thread.serves = self
        super().service()

    def write_soon(self, data: Any) -> int:
        """Send a part of a response, and keep what the client does not take yet.

        Waitress would keep all of it, and send it from there.
        """
        if not data:
            return 0
        if not isinstance(data, bytes) or self.total_outbufs_len:
            kept: int = super().write_soon(data)
            return kept
        with self.outbuf_lock:
            # The loop sends what is kept, and may have closed the connection.
            is_next = self.connected and not self.total_outbufs_len
            sent: int = self.send(data, do_close=False) if is_next else 0
        if sent < len(data):
            super().write_soon(data[sent:])
        return len(data)

    def watch(self) -> None:
        """Let the kernel watch for what the connection waits for now, if for anything."""
        with self._watching:
            # Once it is closed, its number may be that of another connection.
            if self._fileno is not None and (events := events_of(self)):
                self.server.readiness.watch(self._fileno, events)

    def is_unfinished(self) -> bool:
        """Whether the client waits for an answer, or we for the rest of a request."""
        return bool(self.requests or self.request or self.total_outbufs_len)

    def is_new(self) -> bool:
        """Whether the client has just connected, so that its first request may be on its way."""
        is_silent = self.last_activity == self.creation_time
        return is_silent and time.time() < self.creation_time + _SECONDS_TO_ASK

    def del_channel(self, map: Any = None) -> None:  # noqa: A002  # its name in Waitress
        """Leave the map of connections."""
        with self._watching:
            super().del_channel(map)


_thread = local()


def watch_served() -> None:
    """Let the kernel watch the connection whose request this thread serves.

    Waitress wakes its loop with a byte through a pipe at this point, each time that it has answered.
    """
    _thread.serves.watch()
