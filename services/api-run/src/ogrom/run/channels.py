"""Channels: Waitress's connections, where its last release is laxer than RFC 9112 or keeps less alive."""

from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.task import WSGITask  # type: ignore[import-untyped]


class Parser(HTTPRequestParser):  # type: ignore[misc]  # untyped
    """Refuses what two readers of one request could understand in two ways."""

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
    """Keeps the connection after a 204 or 304, which ends with its header and needs no Content-Length."""

    request: Any

    def set_close_on_finish(self) -> None:
        """Close the connection after the response, unless its end is known and nobody asked for that."""
        asked = self.version == "1.0" or self.request.headers.get("CONNECTION", "").lower() == "close"
        if asked or self.has_body:
            super().set_close_on_finish()


class Channel(HTTPChannel):  # type: ignore[misc]  # untyped
    """A connection that reads and answers in this way."""

    parser_class = Parser
    task_class = Task
