"""MySqlConnection: a connection of the driver that ends at deadlines, and reads without a cursor."""

import contextlib
import logging
import socket
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from _mysql_connector import MySQLInterfaceError  # type: ignore[import-not-found]
from mysql.connector.connection_cext import CMySQLConnection
from mysql.connector.cursor_cext import CMySQLCursor, CMySQLCursorBuffered
from mysql.connector.errors import Error, InterfaceError, get_mysql_exception

from .deadlines import SessionLimit, current_deadline, time_left
from .sockets import is_silent, socket_of
from .watchdog import Watchdog

# The client library's number for every error of TLS, CR_SSL_CONNECTION_ERROR.
_TLS_ERROR = 2026


class TlsConnection(CMySQLConnection):
    """A connection that is encrypted where it must be, and explains why it cannot be.

    The driver has no REQUIRED. With a CA but without the host's identity it continues in clear text if the server
    offers no TLS (26.10), which anybody between the two can fake.
    """

    def __init__(self, *, must_encrypt: bool = False, **options: Any) -> None:
        self._must_encrypt = must_encrypt
        super().__init__(**options)

    def _open_connection(self) -> None:
        try:
            super()._open_connection()
        except Error as error:
            if error.errno != _TLS_ERROR:
                raise
            raise InterfaceError(self._reason(str(error.msg)), errno=_TLS_ERROR) from error
        if self._must_encrypt and self._cmysql is not None and not self._cmysql.get_ssl_cipher():
            self.close()
            raise InterfaceError(self._reason("the server offers no TLS"), errno=_TLS_ERROR)

    def _reason(self, message: str) -> str:
        if "certificate verify failed" in message:
            return (
                f"no TLS with {self._host}:{self._port}: the server's certificate is not signed by ssl-ca, "
                f"has expired, or is not for the host {self._host!r}"
            )
        return f"no TLS with {self._host}:{self._port}: {message}"


_WATCHDOG = Watchdog()
_log = logging.getLogger("ogrom.sources")


class MySqlConnection(TlsConnection):
    """A connection that is cut at the deadline of the call that uses it, and makes no needless round trip.

    Attributes:
        limit: the limit of the session's statements.
    """

    _socket: socket.socket | None = None
    _is_mariadb = False

    def __init__(self, **options: Any) -> None:
        self.limit = SessionLimit()
        super().__init__(**options)
        assert self._cmysql is not None
        self._socket = socket_of(self._cmysql, self._unix_socket or self.server_port)
        self._is_encrypted = self._cmysql.get_ssl_cipher() is not None
        self._is_mariadb = "MariaDB" in self._cmysql.get_server_info()
        if self._socket is None:
            _log.warning(
                "the socket of this mysql-connector-python cannot be found: a call to a server that hangs ends "
                "after read_timeout, %s s, whatever its deadline; use the version that ogrom-sources is tested with",
                self.read_timeout,
            )

    def watch(self) -> None:
        """Serve the current call until `leave` or `close`, with a limit that ends none of its statements too early."""
        deadline = current_deadline()
        if deadline is not None:
            _WATCHDOG.watch(self, deadline)
        if self._is_mariadb and (needed := self.limit.next(time_left())) is not None:
            self.cmd_query(needed)

    def leave(self) -> None:
        """Serve no call."""
        _WATCHDOG.leave(self)

    def cut(self) -> None:
        """End the conversation with the server, in whatever state it is."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """All rows of a SELECT, as a cursor gives them.

        Cursors of the driver look for further statements in this one and for vectors in each value, and ask the
        extension for the columns' names: as much work as the rest of a small read.
        """
        extension = self._cmysql
        assert extension is not None
        try:
            extension.query(self.filled_in(statement, values))
            found = [*iter(extension.fetch_row, None)]
            extension.free_result()
        except MySQLInterfaceError as error:
            raise _as_told(error) from error
        return found

    def filled_in(self, statement: str, values: Sequence[Any]) -> bytes:
        """The statement with the values in the places of its `%s`, as this session's server reads them.

        The extension quotes and escapes them, all in one call. The driver's cursors call a function of Python for
        each place, and an INSERT of a thousand rows has some ten thousand.

        Raises:
            ValueError: there are fewer or more values than places.
        """
        assert self._cmysql is not None
        literals = self._cmysql.convert_to_mysql(*values) if values else ()
        pairs = zip(statement.encode().split(b"%s"), (*literals, b""), strict=True)
        return b"".join(chain.from_iterable(pairs))

    def cursor(self, *arguments: Any, **options: Any) -> CMySQLCursor:
        """A cursor of the driver; those that SQLAlchemy uses fill in values by `filled_in`."""
        if not arguments and options == {"buffered": True}:
            options = {"cursor_class": _Cursor}
        return super().cursor(*arguments, **options)

    def ping(self, reconnect: bool = False, attempts: int = 1, delay: int = 0) -> None:
        # The pool calls this first when it hands out a connection, unless it is new.
        self.watch()
        try:
            alive = self.is_connected()
        except MySQLInterfaceError as error:
            raise _as_told(error) from error
        if not alive:
            raise InterfaceError("Connection to MySQL is not available", errno=2006)

    def is_connected(self) -> bool:
        # The pool asks, and each cursor. A server sends nothing to an idle client but its last message; inside of
        # TLS there is other traffic, such as session tickets.
        if self._cmysql is None:
            return False
        if self._cmysql.have_result_set:
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


class _Cursor(CMySQLCursorBuffered):
    """A cursor whose connection fills in the values."""

    def execute(self, operation: str, params: Any = (), map_results: bool = False) -> None:
        if isinstance(params, tuple) and params:
            connection: Any = self._connection
            super().execute(connection.filled_in(operation, params), (), map_results)
        else:
            super().execute(operation, params, map_results)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Raise the extension's own error as the driver does elsewhere, but forgets in commit and rollback."""
    try:
        yield
    except MySQLInterfaceError as error:
        raise _as_told(error) from error


def _as_told(error: Any) -> Exception:
    return get_mysql_exception(error.errno, msg=error.msg, sqlstate=error.sqlstate)
