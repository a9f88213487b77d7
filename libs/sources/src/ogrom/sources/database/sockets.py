"""The socket of a connection of mysql-connector-python's C extension, which does not expose it."""

import ctypes
import os
import socket
from typing import Any

# The extension's object begins with the client library's MYSQL, and this with NET: the pointers vio, buff,
# buff_end, write_pos and read_pos, then `my_socket fd`, "for Perl DBI/dbd", since MySQL 3.23.
_OFFSET = object.__basicsize__ + 5 * ctypes.sizeof(ctypes.c_void_p)

# Two flags are joined by several functions of Python.
_LOOK = int(socket.MSG_PEEK | socket.MSG_DONTWAIT)


def socket_of(driver: Any, peer: int | str) -> socket.socket | None:
    """A second handle of the socket of a `_mysql_connector.MySQL`.

    It is a duplicate, so it stays this socket even if the library closes its own and the number is reused.

    Args:
        driver: connected.
        peer: the port or the path of the server, which proves that the socket is the right one.

    Returns:
        None where it cannot be found.
    """
    if type(driver).__basicsize__ < _OFFSET + ctypes.sizeof(ctypes.c_int):
        return None
    number = ctypes.c_int.from_address(id(driver) + _OFFSET).value
    try:
        found = socket.socket(fileno=os.dup(number))
    except (OSError, OverflowError):
        return None
    try:
        name = found.getpeername()
    except OSError:
        name = None
    if name == peer or (isinstance(name, tuple) and name[1] == peer):
        return found
    found.close()
    return None


def is_silent(connected: socket.socket) -> bool | None:
    """Whether the other side has sent nothing and not closed; None if there is something to read.

    Asks only the system, and costs a microsecond.
    """
    try:
        return None if connected.recv(1, _LOOK) else False
    except BlockingIOError:
        return True
    except OSError:
        return False
