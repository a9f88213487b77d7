"""Waiting for servers: loopback ports that are known before the server starts, and conditions that come true."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PAUSE = 0.02


@contextmanager
def reserved_port() -> Iterator[int]:
    """A loopback port that no other program gets while the block lasts.

    A server may listen on it, stop and listen again. While no server listens, connections are refused. The port is
    held by `reservation`.
    """
    with reservation() as holder:
        yield holder.getsockname()[1]


def reservation() -> socket.socket:
    """A socket that reserves a loopback port until it is closed here and in every process that has inherited it.

    It is bound and does not listen, which Linux lets others share if they set SO_REUSEADDR too, as servers do;
    socket(7).
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    """Ask again and again until a condition holds.

    Args:
        condition: may raise, to end the wait.
        seconds: for how long at most.

    Returns:
        Whether it holds.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True
