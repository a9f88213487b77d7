"""The deploy program's own requests to an environment, by an address that clients do not use."""

import http.client
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from ogrom_deploy.model import Probe
from ogrom_deploy.ports import PlatformError

BALANCER = "awselb/"
"""The Server field of the balancer's own responses, such as a 503 without an instance."""

PIECE = 65536
LONGEST = 16 * 1024 * 1024
"""The most bytes of a response."""


def probe(address: str, paths: Sequence[str], *, timeout: float) -> Sequence[Probe]:
    """Request each path on a connection of its own, so that the balancer sends each to the next instance.

    Args:
        address: URL of the environment, such as `https://green.example.org`.
        paths: what to ask for, each with GET.
        timeout: seconds for each request, from the connection to the last byte.

    Raises:
        PlatformError: the address is invalid.
    """
    url = urlsplit(address)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise PlatformError(
            f"{address!r} is not an address to probe; set one such as https://green.example.org"
        )
    return [_ask(url.scheme, url.netloc, path, timeout) for path in paths]


def _ask(scheme: str, host: str, path: str, timeout: float) -> Probe:
    make = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = make(host, timeout=timeout)
    begin = time.monotonic()
    until = begin + timeout
    try:
        connection.connect()
        begin = time.monotonic()
        connection.request("GET", path, headers={"User-Agent": "ogrom-deploy", "Connection": "close"})
        status, release = _answer(connection, until)
    except (OSError, http.client.HTTPException) as problem:
        return Probe(path, 0, time.monotonic() - begin, fault=_fault(problem))
    finally:
        connection.close()
    return Probe(path, status, time.monotonic() - begin, release)


def _answer(connection: http.client.HTTPConnection, until: float) -> tuple[int, str]:
    """The status and the release, once the whole response was read."""
    sock = connection.sock
    response = connection.getresponse()
    length = 0
    while True:
        # A socket's timeout is for each read; a response that trickles in needs one for all of it.
        sock.settimeout(max(until - time.monotonic(), 0.001))
        piece = response.read1(PIECE)
        length += len(piece)
        if not piece:
            break
        if length > LONGEST:
            raise http.client.HTTPException(f"the response has more than {LONGEST} bytes")
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    if response.headers.get("Server", "").startswith(BALANCER):
        raise http.client.HTTPException(f"no instance answered: {response.status} of the balancer itself")
    return response.status, response.headers.get("Ogrom-Release", "")


def _fault(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
