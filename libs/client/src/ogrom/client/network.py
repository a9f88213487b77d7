"""The network beneath the clients: pools of HTTP/1.1 connections whose every wait ends at the request's deadline.

Elsewhere each wait for a part of an answer is bounded, so that a server which sends one byte a second holds a call up
for ever. Here no wait is longer than the time that the request has left; only that for a name is, in threads.
"""

import os
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import anyio
import httpcore2

from .exchange import MAX_BYTES, Lost, Received, Request, too_large
from .operation import SAFE

__all__: list[str] = []

AUTHORITIES = "SSL_CERT_FILE"
"""The variable that names a PEM file with the authorities that are trusted, in place of the system's."""

# Shorter than the server's own limit, or we would write to closed connections; Waitress waits for 30 s.
_KEEPALIVE = 10.0

_DEADLINE: ContextVar[float | None] = ContextVar("ogrom_client_deadline", default=None)

_SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]


class Connections:
    """Owns a client's connections; safe in threads."""

    def __init__(self, url: str, most: int) -> None:
        """Connect to nothing yet.

        Args:
            url: where they lead; the authorities are loaded if it is of https.
            most: how many there may be; a request that needs one more waits.

        Raises:
            ValueError: the authorities cannot be read.
        """
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_authorities(url),
            max_connections=most,
            max_keepalive_connections=most,
            keepalive_expiry=_KEEPALIVE,
            network_backend=_Backend(),
        )

    def send(self, request: Request) -> Received:
        """The answer to a request.

        Raises:
            Lost: there is none.
        """
        token = _DEADLINE.set(request.deadline)
        try:
            with _losses(), self._pool.stream(**_arguments(request)) as response:
                content = bytearray()
                for part in response.iter_stream():
                    _add(content, part)
                return _received(response, content)
        finally:
            _DEADLINE.reset(token)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class AsyncConnections:
    """Owns the connections of a client for asyncio."""

    def __init__(self, url: str, most: int) -> None:
        """Connect to nothing yet; arguments and errors are those of Connections."""
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_authorities(url),
            max_connections=most,
            max_keepalive_connections=most,
            keepalive_expiry=_KEEPALIVE,
        )

    async def send(self, request: Request) -> Received:
        """The answer to a request.

        Raises:
            Lost: there is none.
        """
        is_sent = False

        async def trace(event: str, _: dict[str, Any]) -> None:
            nonlocal is_sent
            is_sent = is_sent or event == "http11.send_request_headers.started"

        arguments: dict[str, Any] = {**_arguments(request), "extensions": {"trace": trace}}
        with anyio.move_on_after(request.deadline - time.monotonic()), _losses():
            async with self._pool.stream(**arguments) as response:
                content = bytearray()
                async for part in response.aiter_stream():
                    _add(content, part)
                return _received(response, content)
        raise Lost("the deadline has passed", is_sent=is_sent, is_late=True)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


def _arguments(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "content": None if request.method in SAFE else request.content,
        "extensions": {"timeout": {"pool": max(0.0, request.deadline - time.monotonic())}},
    }


def _add(content: bytearray, part: bytes) -> None:
    content += part
    if len(content) > MAX_BYTES:
        raise too_large()


def _received(response: httpcore2.Response, content: bytearray) -> Received:
    headers: dict[str, str] = {}
    for raw_name, raw in response.headers:
        name, value = raw_name.decode("ascii").lower(), raw.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Received(response.status, headers, bytes(content))


@contextmanager
def _losses() -> Iterator[None]:
    """Raise Lost for what the connections raise."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        unsent = isinstance(error, httpcore2.ConnectTimeout | httpcore2.PoolTimeout)
        raise Lost(str(error), is_sent=not unsent, is_late=True) from error
    except httpcore2.LocalProtocolError:
        # Its message quotes the field, in which there may be a secret.
        raise Lost("a header field cannot be sent; it may have a line break", is_sent=False) from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        is_sent = not isinstance(error, httpcore2.ConnectError)
        untrusted = _untrusted(error)
        raise Lost(untrusted or str(error), is_sent=is_sent, is_transient=not untrusted) from error


def _untrusted(error: BaseException | None) -> str:
    """Why the server's certificate does not prove that it is the right one; asking again does not help then."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted: {error.verify_message}; if an authority of your own has signed it, "
                f"let {AUTHORITIES} name a file with the authority's certificate"
            )
        error = error.__cause__ or error.__context__
    return ""


def _authorities(url: str) -> ssl.SSLContext | None:
    """Those that a server's certificate must come from; None where there is none to be checked.

    Raises:
        ValueError: they cannot be read.
    """
    if not url.startswith("https:"):
        return None
    try:
        return httpcore2.default_ssl_context()
    except OSError as error:
        # OpenSSL does not say which file it could not read.
        named = f"{AUTHORITIES}={os.environ.get(AUTHORITIES, '')}"
        raise ValueError(
            f"{named} cannot be used: {error.strerror or error}; name a PEM file of certificates, or unset it"
        ) from error


class _Backend(httpcore2.NetworkBackend):
    """Makes connections within the deadline."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SocketOptions | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of the host that answers; a dead one leaves time for the rest."""
        addresses = _addresses(host, port)
        for others, address in reversed(tuple(enumerate(reversed(addresses)))):
            patience = _left(httpcore2.ConnectTimeout) / (others + 1)
            try:
                return _Stream(
                    self._inner.connect_tcp(address, port, patience, local_address, socket_options)
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if not others:
                    raise
        raise httpcore2.ConnectError(f"{host} has no address")


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore2.ConnectError(f"{host}: {error.strerror}") from error
    return [str(address[0]) for *_, address in found]


class _Stream(httpcore2.NetworkStream):
    """A connection that is read and written within the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # The inner stream would wait so long for every piece that the other side takes.
        sock: socket.socket = self._inner.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            sock.settimeout(_left(httpcore2.WriteTimeout))
            try:
                rest = rest[sock.send(rest) :]
            except TimeoutError as error:
                raise httpcore2.WriteTimeout("the other side takes no more") from error
            except OSError as error:
                raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(httpcore2.ConnectTimeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _left(passed: type[httpcore2.TimeoutException]) -> float:
    deadline = _DEADLINE.get()
    assert deadline is not None, "nothing is sent outside of `Connections.send`"
    left = deadline - time.monotonic()
    if left <= 0.0:
        raise passed("the deadline has passed")
    return left
