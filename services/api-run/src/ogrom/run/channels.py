"""Channels: Waitress's connections, where its last release is laxer than RFC 9112 or keeps less alive.

They also tell the application what only a server knows: when a request had arrived, and whether it is refused.
"""

import time
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.task import WSGITask  # type: ignore[import-untyped]

from .refusals import REFUSED

ARRIVED = "ogrom.arrived"
"""Where the WSGI environment has the moment, of `time.monotonic()`, when the request had been read."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # untyped
    """Refuses what two readers of one request could understand in two ways, and remembers when it had read all.

    Attributes:
        arrived: when the header and the content had been read.
        deadline: when the request is to be given up, if it still waits for a thread then.
        refusal: why the server does not let it come to the application; empty where it does.
    """

    arrived = 0.0
    deadline = float("inf")
    refusal = ""

    def received(self, data: bytes) -> int:
        """Read on; the number of bytes that belonged to this request."""
        taken: int = super().received(data)
        if self.completed:
            self.arrived = time.monotonic()
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


class Task(WSGITask):  # type: ignore[misc]  # untyped
    """Keeps the connection after a 204 or 304, which ends with its header and needs no Content-Length.

    While the server drains it closes each connection: a balancer then has none left to send a request over at the
    moment when the server ends.
    """

    channel: Any
    request: Any

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with what the server knows."""
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED] = self.request.arrived
        if self.request.refusal:
            environ[REFUSED] = self.request.refusal
        return environ

    def build_response_header(self) -> bytes:
        """The header; it says `Connection: close`, as if the client had asked for it, while the server drains."""
        # What was sent over this connection already is answered over it.
        if self.channel.server.is_draining and len(self.channel.requests) == 1:
            self.request.headers["CONNECTION"] = "close"
        header: bytes = super().build_response_header()
        return header

    def set_close_on_finish(self) -> None:
        """Close the connection after the response, unless its end is known and nobody asked for that."""
        asked = self.version == "1.0" or self.request.headers.get("CONNECTION", "").lower() == "close"
        if asked or self.has_body:
            super().set_close_on_finish()


class Channel(HTTPChannel):  # type: ignore[misc]  # untyped
    """A connection that reads and answers in this way."""

    parser_class = Parser
    task_class = Task
