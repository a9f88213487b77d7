"""Loopback ports that are known before the server that will listen on them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A loopback port that stays ours while the block lasts.

    A server may listen on it, stop and listen again; nobody else is given it, and while no server listens,
    connections are refused. The port is held by a socket that is bound and never listens, which Linux lets
    others share that set SO_REUSEADDR too, as servers do; socket(7).
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
