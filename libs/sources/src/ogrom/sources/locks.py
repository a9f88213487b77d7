"""Locks by name, which MySQL and MariaDB keep for a connection whatever transactions it opens."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text


@contextmanager
def named_lock(connection: Connection, purpose: str, patience: int) -> Iterator[bool]:
    """Hold the database's lock for a purpose; says whether it was free in time.

    Args:
        purpose: what is not to be done by two at once, in 22 characters at most.
        patience: how long to wait for it, in seconds.
    """
    # Names of locks are the server's, so the database is part of it; 64 characters at most.
    name = f"concat('ogrom.{purpose}.', sha1(database()))"
    taken = connection.scalar(text(f"SELECT get_lock({name}, :patience)"), {"patience": patience}) == 1
    try:
        yield taken
    except BaseException:
        # The connection may be unusable; closed, it gives the lock back too.
        connection.invalidate()
        raise
    if taken:
        connection.execute(text(f"SELECT release_lock({name})"))
