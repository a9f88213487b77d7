"""A transport whose every wait ends at the call's deadline, however slowly the other side sends.

httpx bounds each wait for a part of a response, so that a server which sends one byte a second holds it up for ever.
Here no wait is longer than the time that the call has left. Only the resolver's wait for a name is not bounded.
"""

import os
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore2
import httpx2

__all__ = ["DeadlineTransport", "until"]

_DEADLINE: ContextVar[float | None] = ContextVar("ogrom_client_deadline", default=None)


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Set the deadline of all that this thread sends and receives, on `time.monotonic()`'s clock, in seconds."""
    token = _DEADLINE.set(deadline)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


_SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]

# Shorter than the server's own limit, or we would write to closed connections; Waitress waits for 30 s.
_KEEPALIVE = 10.0


AUTHORITIES = "SSL_CERT_FILE"
"""The variable that names a PEM file with the authorities that are trusted, in place of the system's."""


class Untrusted(httpcore2.ConnectError):
    """The server's certificate does not prove that it is the right one; asking again does not help."""


class DeadlineTransport(httpx2.BaseTransport):
    """A pool of HTTP/1.1 connections, to be used within `until`; it raises the errors of httpcore2."""

    def __init__(self, *, connections: int, secure: bool) -> None:
        """Connect to nothing yet.

        Args:
            connections: the most there may be; a call that needs one more waits.
            secure: whether certificates have to be verified; loading the authorities takes a moment.

        Raises:
            ValueError: the authorities cannot be read.
        """
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_checking() if secure else None,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEEPALIVE,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it and receive the head of the response."""
        url = request.url
        response = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(response.stream, Iterable)
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Content(response.stream),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


def _checking() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        # OpenSSL does not say which file it could not read.
        named = f"{AUTHORITIES}={os.environ.get(AUTHORITIES, '')}"
        raise ValueError(
            f"{named} cannot be used: {error.strerror or error}; name a PEM file of certificates, or unset it"
        ) from error


class _Content(httpx2.SyncByteStream):
    """The content of a response, on its way."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()


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
        try:
            return _Stream(
                self._inner.start_tls(ssl_context, server_hostname, _left(httpcore2.ConnectTimeout))
            )
        except httpcore2.ConnectError as error:
            if isinstance(error.__context__, ssl.SSLCertVerificationError):
                raise Untrusted(
                    f"its certificate is not trusted: {error.__context__.verify_message}; if an authority of your own "
                    f"has signed it, let {AUTHORITIES} name a file with the authority's certificate"
                ) from error
            raise

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _left(passed: type[httpcore2.TimeoutException]) -> float:
    deadline = _DEADLINE.get()
    assert deadline is not None, "nothing is sent outside of `until`"
    left = deadline - time.monotonic()
    if left <= 0.0:
        raise passed("the deadline has passed")
    return left
