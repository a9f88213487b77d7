"""The socket beneath a connection of mysql-connector-python's C extension, which shows it to nobody."""

import ctypes
import os
import socket
from typing import Any

# The extension's object begins with the client library's MYSQL, and this with NET: the pointers vio, buff,
# buff_end, write_pos and read_pos, then `my_socket fd`, "for Perl DBI/dbd", since MySQL 3.23.
_OFFSET = object.__basicsize__ + 5 * ctypes.sizeof(ctypes.c_void_p)


def socket_of(driver: Any, port: int) -> socket.socket | None:
    """A second handle of the socket that a `_mysql_connector.MySQL` speaks through.

    It is a duplicate, so that it stays this socket when the library closes its own and the number is reused.

    Args:
        driver: connected.
        port: where it is connected to, by which we see that the socket is the right one.

    Returns:
        None where it cannot be found; then `read_timeout` is all that ends a call to a silent server.
    """
    number = ctypes.c_int.from_address(id(driver) + _OFFSET).value
    try:
        found = socket.socket(fileno=os.dup(number))
    except (OSError, OverflowError):
        return None
    try:
        if found.family == socket.AF_UNIX or found.getpeername()[1] == port:
            return found
    except OSError:
        pass
    found.close()
    return None
