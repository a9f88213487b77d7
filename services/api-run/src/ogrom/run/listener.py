"""The listening socket: bound before anything else is done, so that a taken port is known at once."""

import ctypes
import errno
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

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
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        try:
            # Connections of a predecessor that linger in TIME_WAIT shall not keep us from the port.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
        except OSError:
            made.close()
            raise
        return made


# <asm/socket.h>; Python has no name for it.
_SO_ATTACH_FILTER = 26

# For Linux's packet filter, which sees a segment from the TCP header on: drop it where the flags in octet 13 have
# SYN (RFC 9293, 3.1), and else take all of it.
_NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


def let_nobody_in(listener: socket.socket) -> None:
    """Have the system overlook whoever wants to connect from now on, in every process that has the socket.

    Closing it resets the connections that nobody has accepted yet. After this there are soon none, and a client that
    was overlooked tries again a second later and is refused, which says that nothing was lost.

    Args:
        listener: listens, and is about to be closed.

    Raises:
        OSError: the system allows no filter.
    """
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in _NO_SYN)
    memory = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("HL", len(_NO_SYN), ctypes.addressof(memory))
    listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, filter_)


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
