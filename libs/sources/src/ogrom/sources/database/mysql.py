"""Engines for MySQL and MariaDB, through mysql-connector-python's C extension."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar

from mysql.connector.abstracts import MySQLConnectionAbstract
from mysql.connector.errors import OperationalError
from sqlalchemy import URL, Engine, create_engine, event

from ogrom.protocols.waiting import Waiter

from .deadlines import time_left
from .mysql_connection import MySqlConnection
from .polled import PolledConnection
from .pool import DeadlinePool
from .tls import TlsOptions

POLLED = "ogrom_polled"
"""The execution option of an engine that holds what makes a PolledConnection, given a Waiter."""

UNHURRIED: ContextVar[bool] = ContextVar("ogrom_unhurried", default=False)
"""Whether connections that are opened now wait for an answer as long as it takes."""

C = TypeVar("C", bound=MySQLConnectionAbstract)

FORM = "mysql://user:password@host:3306/database"

_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "charset": "utf8mb4",
    # Binary, because both MySQL and MariaDB have it, and two texts are equal only if spelled the same.
    "collation": "utf8mb4_bin",
    # Without it an unread result poisons the connection for its next borrower.
    "consume_results": True,
    "connection_timeout": 3,
    # The net beneath the deadlines of calls: a server that went silent is given up.
    "read_timeout": 60,
    "write_timeout": 60,
    "sql_mode": "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
    "time_zone": "+00:00",
    "init_command": "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
}


def engine(url: URL, tls: TlsOptions, pool_size: int, pool_timeout: float) -> Engine:
    """An Engine with a pool of at most `pool_size` connections that all have Ogrom's session settings.

    READ COMMITTED, because every read of Ogrom is one statement and so sees one state anyway, and every
    write carries its condition in its WHERE; it locks the rows it changes and no gaps between them.
    """
    options = {**_OPTIONS, **tls.for_driver(), "must_encrypt": tls.must_encrypt}
    made = create_engine(
        url.set(drivername="mysql+mysqlconnector", query={}),
        connect_args=options,
        # By position the driver converts all parameters in one call, by name each in its own.
        paramstyle="format",
        poolclass=DeadlinePool,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_size=pool_size,
        pool_timeout=pool_timeout,
        max_overflow=0,
        pool_use_lifo=True,
    )
    made.update_execution_options(**{POLLED: lambda waiter: _polled(made, options, waiter)})

    @event.listens_for(made, "do_connect")
    def connect(
        dialect: object, record: object, arguments: object, options: dict[str, Any]
    ) -> MySqlConnection:
        given = {**options, "read_timeout": None} if UNHURRIED.get() else options
        connection = _in_time(partial(MySqlConnection, **given))
        connection.watch()
        return connection

    @event.listens_for(made, "checkin")
    def take_back(connection: MySqlConnection | None, record: object) -> None:
        if connection is not None:
            connection.leave()

    return made


def _polled(engine: Engine, options: dict[str, Any], waiter: Waiter) -> PolledConnection:
    _, given = engine.dialect.create_connect_args(engine.url)
    seconds = options["connection_timeout"]  # until the session is as it is to be; then calls have deadlines
    arguments = {**given, **options, "read_timeout": seconds, "write_timeout": seconds}
    del arguments["consume_results"]  # the driver never has one that was not read
    return _in_time(partial(PolledConnection, waiter, **arguments))


def _in_time(connect: Callable[[], C]) -> C:
    """A new connection, awaited until the current deadline, as nothing else bounds name resolution and handshakes."""
    left = time_left()
    if left is None:
        return connect()
    made: Future[C] = Future()
    threading.Thread(target=_connect, args=(made, connect), name="ogrom-connect", daemon=True).start()
    try:
        return made.result(left)
    except TimeoutError:
        if made.cancel():
            raise OperationalError("the server did not answer before the deadline", errno=2013) from None
        return made.result()


def _connect(made: Future[C], connect: Callable[[], C]) -> None:
    try:
        connection = connect()
    except BaseException as error:  # noqa: BLE001 - the caller raises it, if it still waits
        with contextlib.suppress(InvalidStateError):
            made.set_exception(error)
        return
    try:
        made.set_result(connection)
    except InvalidStateError:
        connection.close()
