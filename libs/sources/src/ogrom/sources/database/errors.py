"""The errors of drivers and pools as SourceErrors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sqlalchemy import exc

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, SourceError, Timeout, Unavailable

# MariaDB's and MySQL's numbers for "the statement took longer than it was given" or waited so long for a lock.
_LOCK_TIMEOUT = 1205
_TIMEOUTS = {1969, 3024, _LOCK_TIMEOUT}
_SQLITE_TIMEOUT = "interrupted"

# The server's own troubles: too many connections, no memory, shutting down, read only; its disk is full (1021,
# 1026, 1030, 1114, 1180, 1878); that it does not let us in (1044, 1045), has no such database (1049) or not the tables
# and columns of this version, as before a migration (1054, 1146); or a writer that lost against another and may try
# again (1020, 1213).
_UNAVAILABLE = {
    *(1020, 1021, 1026, 1030, 1040, 1041, 1044, 1045, 1049, 1053, 1054, 1114, 1135, 1146, 1180, 1203),
    *(1213, 1226, 1290, 1317, 1792, 1836, 1878, 1927, 4031),
}
# The two of them after which the server has rolled back the whole transaction.
_SERIALIZATION_FAILURES = {1020, 1213}
# Error numbers of the client library, such as "cannot connect" and "lost connection".
_CLIENT = range(2000, 3000)
# The server's last message before it closes the connection, perhaps in the middle of a statement.
_SHUTDOWNS = {1053, 1927}


@contextmanager
def translated(source: str, ctx: Context) -> Iterator[None]:
    """Raise a SourceError where the database cannot do what it was asked.

    An error that is a mistake of ours, such as bad SQL, stays what it is.

    Raises:
        Timeout: the deadline has passed before the call, or the error came after it.
        Conflict: a constraint forbids the write, or a text is too long for its column.
        Unavailable: the database cannot be reached, is overloaded or gave up.
    """
    require_time(source, ctx)
    try:
        yield
    except (exc.TimeoutError, exc.DBAPIError) as error:
        raise_translated(error, source, ctx)


def require_time(source: str, ctx: Context) -> None:
    """Raise Timeout where the deadline has passed already."""
    if ctx.remaining() == 0.0:
        raise Timeout(source, "the deadline had passed before the call")


def raise_translated(error: exc.TimeoutError | exc.DBAPIError, source: str, ctx: Context) -> NoReturn:
    """Raise the SourceError that `translated` raises for this error; call it where the error is caught."""
    if isinstance(error, exc.TimeoutError):
        late = Timeout if ctx.remaining() == 0.0 else Unavailable
        raise late(source, "no connection of the pool became free in time") from error
    kind = _kind(error, ctx)
    if kind is None:
        raise error
    raise kind(source, str(error.orig)) from error


def is_serialization_failure(error: exc.DBAPIError) -> bool:
    """Whether the server undid the transaction in favour of another one, so that it may run again."""
    return getattr(error.orig, "errno", None) in _SERIALIZATION_FAILURES


def is_lock_timeout(error: exc.DBAPIError) -> bool:
    """Whether the statement has waited too long for a lock, of rows or of a table."""
    return getattr(error.orig, "errno", None) == _LOCK_TIMEOUT


def has_waited_too_long(error: exc.DBAPIError, ctx: Context) -> bool:
    """Whether the statement, or its wait for a lock, took longer than the deadline allows."""
    return getattr(error.orig, "errno", None) in _TIMEOUTS or ctx.remaining() == 0.0


def lost_the_server(error: exc.DBAPIError) -> bool:
    """Whether the server did not say what became of the statement."""
    number = getattr(error.orig, "errno", None)
    return number is not None and (number in _CLIENT or number in _SHUTDOWNS)


def is_refusal(error: exc.DBAPIError) -> bool:
    """Whether the database has said itself that it did not do it, as SQLite, which has no numbers, always does."""
    number = getattr(error.orig, "errno", None)
    return number is None or (
        number > 0 and not lost_the_server(error)
    )  # below 0, its answer was not understood


def is_in_order_after(error: Exception) -> bool:
    """Whether the connection can still be used after an error: the server reported it, and is not closing."""
    return (
        isinstance(error, exc.DBAPIError)
        and getattr(error.orig, "errno", -1) > 0  # else its answer was not understood
        and not (error.connection_invalidated or lost_the_server(error))
    )


def _kind(error: exc.DBAPIError, ctx: Context) -> type[SourceError] | None:
    if isinstance(error, exc.IntegrityError | exc.DataError):
        return Conflict
    number = getattr(error.orig, "errno", None)
    if number in _TIMEOUTS or _SQLITE_TIMEOUT in str(error.orig) or ctx.remaining() == 0.0:
        return Timeout
    if error.connection_invalidated or number in _UNAVAILABLE or number in _CLIENT:
        return Unavailable
    # SQLite has no numbers; it raises OperationalError where the file is locked, full or cannot be opened.
    if number is None and isinstance(error, exc.OperationalError):
        return Unavailable
    return None
