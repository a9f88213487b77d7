"""Listening: the socket on which a server is asked."""

import ctypes
import re
import socket
import struct
from pathlib import Path
from typing import Final

BACKLOG: Final = 1024
"""How many connections may wait to be accepted."""

_HOST_AND_PORT = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<host>[^:\[\]]*)):(?P<port>[0-9]{1,5})")


def bound(address: str) -> socket.socket:
    """A socket bound to an address, which does not listen yet: until somebody answers, clients are refused.

    Args:
        address: `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/app.sock` or `fd:3`, an inherited descriptor.

    Raises:
        OSError: the address is not to be had.
        ValueError: it is none.
    """
    kind, _, rest = address.partition(":")
    if kind == "fd" and rest.isdigit():
        return socket.socket(fileno=int(rest))
    if kind == "unix" and rest:
        return _bound_unix(rest)
    match = _HOST_AND_PORT.fullmatch(address)
    if match is None:
        raise ValueError(f"{address!r} is not an address; use host:port, unix:path or fd:number")
    family, type_, protocol, _, place = socket.getaddrinfo(
        match["v6"] or match["host"] or None,
        int(match["port"]),
        type=socket.SOCK_STREAM,
        flags=socket.AI_PASSIVE,
    )[0]
    made = socket.socket(family, type_, protocol)
    try:
        # Connections of a predecessor that linger in TIME_WAIT shall not keep us from the port.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place)
    except OSError:
        made.close()
        raise
    return made


def _bound_unix(path: str) -> socket.socket:
    if Path(path).is_socket() and not _is_served(path):
        Path(path).unlink()  # somebody who has ended left it
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(path)
    except OSError:
        made.close()
        raise
    return made


def _is_served(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        return client.connect_ex(path) == 0


# <asm/socket.h>; Python has no name for it.
_SO_ATTACH_FILTER = 26

# For Linux's packet filter, which sees a segment from the TCP header on: drop it where the flags in octet 13 have
# SYN (RFC 9293, 3.1), and else take all of it.
_NO_SYN = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


def drop_new_connections(listener: socket.socket) -> None:
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
