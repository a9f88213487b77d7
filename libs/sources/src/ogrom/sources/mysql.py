"""Engines for MySQL and MariaDB, through mysql-connector-python's C extension."""

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from typing import Any

from _mysql_connector import MySQLInterfaceError  # type: ignore[import-not-found]
from mysql.connector.errors import InterfaceError, OperationalError, get_mysql_exception
from sqlalchemy import URL, Engine, create_engine, event

from .deadlines import current_deadline, time_left
from .pools import DeadlinePool
from .sockets import is_silent, socket_of
from .tls import TlsConnection
from .tls_options import TlsOptions
from .watchdog import Watchdog

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

_WATCHDOG = Watchdog()
_log = logging.getLogger("ogrom.sources")


class _Connection(TlsConnection):
    """A connection that is cut at the deadline of the call that uses it, and asks the server nothing in vain."""

    _socket: socket.socket | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        assert self._cmysql is not None
        self._socket = socket_of(self._cmysql, self._unix_socket or self.server_port)
        self._is_encrypted = self._cmysql.get_ssl_cipher() is not None
        if self._socket is None:
            _log.warning(
                "the socket of this mysql-connector-python cannot be found: a call to a server that hangs ends "
                "after read_timeout, %s s, whatever its deadline; use the version that ogrom-sources is tested with",
                self.read_timeout,
            )

    def watch(self) -> None:
        """Belong to the current call; `leave` or `close` ends that."""
        deadline = current_deadline()
        if deadline is not None:
            _WATCHDOG.watch(self, deadline)

    def leave(self) -> None:
        """Belong to no call."""
        _WATCHDOG.leave(self)

    def cut(self) -> None:
        """End the conversation with the server, in whatever state it is."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def ping(self, reconnect: bool = False, attempts: int = 1, delay: int = 0) -> None:
        # What the pool does first with a connection that it lends, unless it is new.
        self.watch()
        with _told():
            if not self.is_connected():
                raise InterfaceError("Connection to MySQL is not available", errno=2006)

    def is_connected(self) -> bool:
        # The pool asks, and each cursor. Nobody speaks to an idle client but to say that it is the end; inside
        # of TLS there is other talk, such as session tickets.
        if self._cmysql is None:
            return False
        self.handle_unread_result()
        silent = None if self._socket is None else is_silent(self._socket)
        if silent is None and (self._socket is None or self._is_encrypted):
            return bool(self._cmysql.ping())
        return bool(silent)

    def commit(self) -> None:
        with _told():
            super().commit()

    def rollback(self) -> None:
        # Every reply of the server says whether a transaction is open, so this costs nothing.
        if self.in_transaction:
            with _told():
                super().rollback()

    def close(self) -> None:
        # Still watched: what the server has not sent yet is read first.
        try:
            super().close()
        finally:
            self.leave()
            if self._socket is not None:
                self._socket.close()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Raise the extension's own error as the driver does elsewhere, but forgets in commit and rollback."""
    try:
        yield
    except MySQLInterfaceError as error:
        raise get_mysql_exception(error.errno, msg=error.msg, sqlstate=error.sqlstate) from error


def engine(url: URL, tls: TlsOptions, pool_size: int, pool_timeout: float) -> Engine:
    """An Engine with a pool of at most `pool_size` connections that all have Ogrom's session settings.

    READ COMMITTED, because every read of Ogrom is one statement and so sees one state anyway, and every
    write carries its condition in its WHERE; it locks the rows it changes and no gaps between them.
    """
    made = create_engine(
        url.set(drivername="mysql+mysqlconnector", query={}),
        connect_args={**_OPTIONS, **tls.for_driver(), "must_encrypt": tls.must_encrypt},
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

    @event.listens_for(made, "do_connect")
    def connect(dialect: object, record: object, arguments: object, options: dict[str, Any]) -> _Connection:
        connection = _connected(options)
        connection.watch()
        return connection

    @event.listens_for(made, "checkin")
    def take_back(connection: _Connection | None, record: object) -> None:
        if connection is not None:
            connection.leave()

    return made


def _connected(options: dict[str, Any]) -> _Connection:
    """A new connection, waited for until the current deadline: nothing else bounds names and handshakes."""
    left = time_left()
    if left is None:
        return _Connection(**options)
    made: Future[_Connection] = Future()
    threading.Thread(target=_connect, args=(made, options), name="ogrom-connect", daemon=True).start()
    try:
        return made.result(left)
    except TimeoutError:
        if made.cancel():
            raise OperationalError("the server did not answer before the deadline", errno=2013) from None
        return made.result()


def _connect(made: Future[_Connection], options: dict[str, Any]) -> None:
    try:
        connection = _Connection(**options)
    except BaseException as error:  # noqa: BLE001 - told to who waits, if anybody still does
        with contextlib.suppress(InvalidStateError):
            made.set_exception(error)
        return
    try:
        made.set_result(connection)
    except InvalidStateError:
        connection.close()
