"""Fetching a JWK set over https, within a deadline and of bounded size."""

import os
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from threading import Timer
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

PATIENCE = 2.0
"""How long a fetch takes at most, in seconds."""

MAX_BYTES: Final = 512 * 1024


class _Connection(HTTPSConnection):
    """A connection that can be cut by another thread; where the answer is the last one, `sock` is gone before it."""

    connected: socket.socket | None = None

    def connect(self) -> None:
        super().connect()
        self.connected = self.sock

    def cut(self) -> None:
        sock: socket.socket | None = self.connected or self.sock
        with suppress(OSError):
            if sock is not None:
                sock.shutdown(socket.SHUT_RDWR)


def fetcher(url: str) -> Callable[[], bytes]:
    """A function that gets what is at an https URL.

    It raises OSError if nothing answers in time, and ValueError if the answer is no 200 or too long. A redirect is
    not followed.

    Raises:
        ValueError: the authorities in SSL_CERT_FILE cannot be read.
    """
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {
        "Accept": "application/jwk-set+json, application/json",
        "User-Agent": f"ogrom-operations/{version('ogrom-operations')}",
    }
    tls = _trusted()

    def fetch() -> bytes:
        deadline = monotonic() + PATIENCE
        connection = _Connection(parts.hostname or "", parts.port, timeout=PATIENCE, context=tls)
        # The connection's own timeout is for each part of an answer, and a server may send a byte now and then.
        cut = Timer(PATIENCE, connection.cut)
        cut.daemon = True
        try:
            with closing(connection):
                cut.start()
                connection.request("GET", target, headers=headers)
                content = _content(url, connection.getresponse())
        except ssl.SSLCertVerificationError as error:
            raise OSError(f"{url}: its certificate is not trusted: {error.verify_message}") from error
        except (OSError, HTTPException) as error:
            reason = "no answer in time" if monotonic() >= deadline else str(error) or type(error).__name__
            raise OSError(f"{url}: {reason}") from error
        finally:
            cut.cancel()
        return content

    return fetch


def _trusted() -> ssl.SSLContext:
    file = os.environ.get("SSL_CERT_FILE")
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise ValueError(f"SSL_CERT_FILE {file} cannot be read: {error}") from error


def _content(url: str, response: HTTPResponse) -> bytes:
    """The content of an answer.

    Raises:
        ConnectionError: it ends early.
        ValueError: it is no 200, or too long.
    """
    if response.status != 200:
        raise ValueError(f"{url} answered with status {response.status} instead of 200")
    content = response.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"{url} answered with more than {MAX_BYTES} bytes")
    if response.length:
        raise ConnectionError("the answer was cut short")
    return content
