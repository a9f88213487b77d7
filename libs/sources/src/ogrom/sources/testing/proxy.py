"""Proxy: a network in front of a server, which falls silent or breaks when it is told to."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

_HOST = "127.0.0.1"


class Proxy:
    """A TCP proxy to a loopback port, that lives as long as a `with` block.

    Attributes:
        port: where clients connect to.
        server: the port that new connections lead to; it may be set to another.
        silent: whether all bytes are swallowed, as by a network whose cable is cut: nothing comes through, nothing
            is closed, and new connections are made but not answered.
        requests: how many times a client has sent something, which is the number of its round trips.
        lost: what was lost last.
    """

    def __init__(self, server: int) -> None:
        """Listen in front of that port; the proxy begins with the `with` block."""
        self.server = server
        self._listener = socket.create_server((_HOST, 0))
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        self._at_request: Callable[[], object] | None = None
        self._at_reply: Callable[[], object] | None = None
        self._to = b""
        self._acting = threading.Lock()  # what breaks meanwhile is noticed afterwards
        self.port: int = self._listener.getsockname()[1]
        self.silent = False
        self.requests = 0
        self.lost = b""

    def at_request(self, act: Callable[[], object], to: bytes = b"") -> None:
        """When a client next sends something with these bytes, do `act`, lose what it sent and close its connection."""
        self._at_request, self._to = act, to

    def at_reply(self, act: Callable[[], object], to: bytes = b"") -> None:
        """When the server next answers a request with these bytes, do `act`, lose the answer, close the connection."""
        self._at_reply, self._to = act, to

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each in list(self._sockets):
            _end(each)
        for thread in list(self._threads):
            thread.join()
        for each in self._sockets:
            each.close()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, name="proxy", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(client)
            if self.silent:
                continue
            try:
                server = socket.create_connection((_HOST, self.server))
            except OSError:
                _end(client)
                continue
            self._sockets.append(server)
            asked = bytearray()  # the request that is not yet answered, which may be sent in parts
            self._start(self._requests, client, server, asked)
            self._start(self._replies, server, client, asked)

    def _requests(self, client: socket.socket, server: socket.socket, asked: bytearray) -> None:
        while sent := _received(client):
            asked += sent
            if (act := self._at_request) is not None and self._to in sent:
                self._at_request, self.lost = None, sent
                with self._acting:
                    act()
                break
            self.requests += 1
            self._forward(sent, server)
        self._close(client, server)

    def _replies(self, server: socket.socket, client: socket.socket, asked: bytearray) -> None:
        while sent := _received(server):
            if (act := self._at_reply) is not None and self._to in asked:
                self._at_reply, self.lost = None, sent
                with self._acting:
                    act()
                break
            asked.clear()
            self._forward(sent, client)
        self._close(server, client)

    def _forward(self, sent: bytes, to: socket.socket) -> None:
        if not self.silent:
            with suppress(OSError):
                to.sendall(sent)

    def _close(self, *both: socket.socket) -> None:
        if not self.silent:
            with self._acting:
                for each in both:
                    _end(each)


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
