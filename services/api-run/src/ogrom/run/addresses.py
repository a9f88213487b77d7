"""Addresses: where the server listens, and what to do where the system does not let it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ogrom.server import bound

from .failures import Failure


def listener(host: str, port: int) -> socket.socket:
    """A socket bound to the address, which does not listen yet: until somebody answers, clients are refused.

    Args:
        host: an address or a name of this machine.
        port: 0 for any free one.

    Raises:
        Failure: the address is not to be had, and what to do about it.
    """
    with address_explained(host, port):
        name = host.strip("[]")
        return bound(f"[{name}]:{port}" if ":" in name else f"{name}:{port}")


@contextmanager
def address_explained(host: str, port: int) -> Iterator[None]:
    """Say what to do where the system does not give the address.

    Raises:
        Failure: what is wrong with it.
    """
    try:
        yield
    except OSError as error:
        raise Failure(_reason(error, host, port)) from error


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        another = port + 1 if port < 65535 else port - 1
        return f"port {port} of {host} is in use; stop the program that has it, or take another: --port {another}"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} is only for privileged programs; take one above 1023: --port 8080"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host!r} is no address of this machine; use 127.0.0.1, or 0.0.0.0 for every one: --host 127.0.0.1"
    return f"cannot listen on port {port} of {host}: {error.strerror}"


def url_of(sock: socket.socket) -> str:
    """The address of a bound socket as a URL to click, without a slash at its end."""
    host: str
    host, port = sock.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
