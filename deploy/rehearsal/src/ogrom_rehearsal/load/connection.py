"""An HTTP/1.1 connection with one request at a time and no retries (h11 speaks the protocol)."""

import asyncio
import select
import socket
from collections.abc import Mapping
from typing import Self

import h11

from .results import Fault

_CHUNK = 1 << 18


class RequestFailed(Exception):
    """There was no complete response."""

    def __init__(self, fault: Fault, status: int = 0) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.status = status


class Response:
    """A whole response: its status, its fields by lower-case names, its size, and a part of its content."""

    def __init__(self, status: int, headers: Mapping[bytes, bytes]) -> None:
        self.status = status
        self.headers = headers
        self.content = bytearray()
        self.size = 0

    def add(self, data: bytes) -> None:
        """Add content; of a large response only the beginning is kept."""
        self.size += len(data)
        if len(self.content) < _CHUNK:
            self.content += data


class Connection:
    """A connection to the server; owns its socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT)
        self._ended = False  # whether the server has closed its side

    @classmethod
    async def open(cls, host: str, port: int) -> Self:
        """Connect.

        Raises:
            RequestFailed: nobody takes connections there.
        """
        try:
            return cls(*await asyncio.open_connection(host, port, limit=_CHUNK))
        except OSError as error:
            raise RequestFailed("refused") from error

    @property
    def is_usable(self) -> bool:
        """Whether another request can be sent: the server has not closed."""
        return self._protocol.our_state is h11.IDLE and not (
            self._reader.at_eof() or self._writer.is_closing() or self._reader.exception() or self._has_word()
        )

    def _has_word(self) -> bool:
        """Whether the server has sent something unasked, such as its close, that the loop has not read yet."""
        sock: socket.socket = self._writer.get_extra_info("socket")
        word = select.poll()
        word.register(sock, select.POLLIN)
        return bool(word.poll(0))

    async def ask(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        """Send a request and wait for all of its response.

        Raises:
            RequestFailed: there is none, or not all of it.
        """
        answer: Response | None = None
        try:
            request = h11.Request(method=method, target=path, headers=list(headers.items()))
            self._send(request, h11.EndOfMessage())
            await self._writer.drain()
            while not isinstance(event := await self._event(), h11.EndOfMessage):
                if isinstance(event, h11.Response):
                    answer = Response(event.status_code, dict(event.headers))
                elif isinstance(event, h11.Data) and answer is not None:
                    answer.add(event.data)
        except h11.RemoteProtocolError as error:
            raise self._failed(answer, "closed" if self._ended else "wrong") from error
        except OSError as error:
            raise self._failed(answer, "reset") from error
        assert answer is not None
        if self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE:
            self._protocol.start_next_cycle()
        return answer

    def close(self) -> None:
        """Close, even during a request."""
        self._writer.close()

    def _send(self, *events: h11.Request | h11.EndOfMessage) -> None:
        for event in events:
            self._writer.write(self._protocol.send(event) or b"")

    async def _event(self) -> object:
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(_CHUNK)
            self._ended = not data
            self._protocol.receive_data(data)
        return event

    @staticmethod
    def _failed(answer: Response | None, fault: Fault) -> RequestFailed:
        if answer is None:
            return RequestFailed(fault)
        return RequestFailed("cut" if fault != "wrong" else fault, answer.status)
