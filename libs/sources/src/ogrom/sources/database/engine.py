"""The one place that makes a SQLAlchemy Engine: `database_engine(url)`.

Connections are in autocommit mode. A read is one statement and needs no transaction, which saves two round
trips a call; `Engine.begin()` opens a real transaction, on SQLite one that takes the write lock at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError

from . import mysql
from .statements import watch_statements
from .tls import TlsOptions, tls_options

__all__ = ["UnknownDatabase", "database_engine", "unhurried"]

# The execution option that marks a connection as one that only reads.
READS = "ogrom_reads"

_SQLITE_FORM = "sqlite:///path"


class UnknownDatabase(ValueError):
    """The URL does not name a database that Ogrom can use."""


def database_engine(url: str, *, pool_size: int = 8, pool_timeout: float = 2.0) -> Engine:
    """Make the Engine for a database; nothing is connected yet.

    Args:
        url: `mysql://user:password@host:port/database` (MySQL or MariaDB) or `sqlite:///path`, with four
            slashes where the path is absolute. TLS is set as in MySQL's URI strings, for example
            `?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem`; see `ogrom.sources.database.tls`.
        pool_size: the most connections there may be; as many as the server has threads, so that none waits for
            another.
        pool_timeout: how long a call waits for a connection of the pool, in seconds.

    Raises:
        UnknownDatabase: it is not a URL, or has another scheme or options that make no sense.
    """
    parsed = _parsed(url)
    query = _query(url, parsed)
    if parsed.drivername == "sqlite":
        if query:
            raise UnknownDatabase(f"{_shown(parsed)} has options, and SQLite takes none; use {_SQLITE_FORM}")
        from . import sqlite  # so that a service without SQLite does not load its library

        engine = sqlite.engine(parsed, pool_size, pool_timeout)
    else:
        engine = mysql.engine(parsed, _tls(parsed, query), pool_size, pool_timeout)
    watch_statements(engine)
    begin = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN"

    @event.listens_for(engine, "begin")
    def begin_unless_reading(connection: Connection) -> None:
        if not connection.get_execution_options().get(READS):
            connection.exec_driver_sql(begin)

    return engine


@contextmanager
def unhurried(engine: Engine) -> Iterator[Connection]:
    """A connection of its own, for statements that may take longer than a minute: others are given up then."""
    pool = engine.pool.recreate()
    token = mysql.UNHURRIED.set(True)
    try:
        opened = pool.connect()
    finally:
        mysql.UNHURRIED.reset(token)
    try:
        with Connection(engine, connection=opened) as connection:
            yield connection
    finally:
        pool.dispose()


def _query(url: str, parsed: URL) -> str:
    """The query as it is written, behind the login, in which there may be anything but an @."""
    rest = url.partition("://")[2]
    return (rest if parsed.username is None else rest.partition("@")[2]).partition("?")[2]


def _tls(url: URL, query: str) -> TlsOptions:
    try:
        return tls_options(query)
    except ValueError as error:
        raise UnknownDatabase(f"{_shown(url)} {error}") from None


def _shown(url: URL) -> str:
    # An unknown option may hold a password.
    return repr(url.set(query={}).render_as_string())


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        scheme, _, _ = url.partition(":")
        # The URL may hold a password: say as little of it as helps.
        raise UnknownDatabase(f"'{scheme}:...' is not a URL; use {mysql.FORM} or {_SQLITE_FORM}") from None
    if parsed.drivername not in {"mysql", "sqlite"}:
        raise UnknownDatabase(
            f"{_shown(parsed)} has an unknown scheme {parsed.drivername!r}; use {mysql.FORM} or {_SQLITE_FORM}"
        )
    if parsed.database in {None, "", ":memory:"}:
        # In memory each connection of the pool would have a database of its own.
        raise UnknownDatabase(f"{_shown(parsed)} names no database; use {mysql.FORM} or {_SQLITE_FORM}")
    return parsed
