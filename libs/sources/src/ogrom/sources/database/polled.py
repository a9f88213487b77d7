"""Polled reads: statements whose caller waits without blocking its thread, over connections of their own.

The driver connects, in clear text or TLS, and its own functions make and read packets; only the waiting is ours: a
Waiter waits until the socket can be read. docs/decisions/one-loop.md has what that saves, and what else was measured.
"""

import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from mysql.connector.connection import MySQLConnection
from mysql.connector.constants import ClientFlag, FieldType, ServerCmd
from mysql.connector.errors import InterfaceError, OperationalError, ReadTimeoutError, get_exception
from mysql.connector.network import MySQLTCPSocket
from sqlalchemy import Engine, SelectBase, exc

from ogrom.protocols.context import Context
from ogrom.protocols.waiting import Wait, Waiter

from .deadlines import CURRENT, SessionLimit, time_left, until
from .errors import is_in_order_after, raise_translated, require_time
from .reads import Rows, wrapped
from .sockets import is_silent
from .statements import compiled, prepared
from .watchdog import GRACE

Row = tuple[Any, ...]

_PIECE = 65536
_KEPT = 1000  # kinds of results, whose columns need not be understood again
_ERROR = 255
_INTEGERS = {
    FieldType.TINY,
    FieldType.SHORT,
    FieldType.INT24,
    FieldType.LONG,
    FieldType.LONGLONG,
    FieldType.YEAR,
}
_LOST = 2013  # of the client library: "Lost connection to MySQL server during query"


class PolledConnection(MySQLConnection):
    """A connection to MySQL or MariaDB, made in a thread that may block, and then read by a Waiter.

    Attributes:
        limit: the limit of the session's statements.
    """

    def __init__(self, waiter: Waiter, *, must_encrypt: bool = False, **options: Any) -> None:
        """Connect; this blocks.

        Raises:
            mysql.connector.Error: that is not possible.
        """
        self.limit = SessionLimit()
        self._conversions: dict[tuple[bytes, ...], list[Callable[[Any], Any]]] = {}
        super().__init__(**options)
        if must_encrypt and not isinstance(self._polled.sock, ssl.SSLSocket):
            self.cut()
            raise InterfaceError("the server offers no TLS", errno=2026)
        self._polled.wait_by(waiter)

    @property
    def is_mariadb(self) -> bool:
        return "MariaDB" in str(self.server_info)

    def is_usable(self) -> bool:
        """Whether the server has sent nothing since; all that it could send is that it closes the connection."""
        return self._polled.is_silent()

    def cut(self) -> None:
        """End the conversation with the server, in whatever state it is."""
        self._polled.close_connection()

    def wait_until(self, deadline: float | None) -> None:
        """Wait for the server's answers until then; a connection that misses its deadline cannot be used again.

        Args:
            deadline: on `time.monotonic()`'s clock; None for as long as it takes.
        """
        self._polled.deadline = deadline

    def rows(self, statement: bytes) -> list[Row]:
        """All rows of a SELECT, with values of Python's types as a cursor gives them.

        Args:
            statement: with its values.

        Raises:
            mysql.connector.Error: the server's, or that it did not answer.
        """
        polled = self._polled
        protocol: Any = self._protocol
        # MySQL takes attributes before a statement: none, in one set.
        attributes = b"\0\1" if self._client_flags & ClientFlag.CLIENT_QUERY_ATTRIBUTES else b""
        polled.send(protocol.make_command(ServerCmd.QUERY, attributes + statement), 0)
        first = polled.recv()
        if first[4] == _ERROR:
            raise get_exception(first)
        columns = tuple(polled.recv() for _ in range(protocol.parse_column_count(first)))
        if (end := polled.recv())[4] == _ERROR:  # else it is the end of the columns
            raise get_exception(end)
        found, _ = protocol.read_text_result(polled, None, -1)
        convert = self._conversions.get(columns) or self._conversions_of(columns)
        return [
            tuple([None if value is None else make(value) for make, value in zip(convert, row)])  # noqa: B905
            for row in found
        ]

    def filled_in(self, statement: str, values: Sequence[Any]) -> bytes:
        """The statement with the values in the places of its `%s`."""
        pairs = zip(statement.encode().split(b"%s"), (*map(self._literal, values), b""), strict=True)
        return b"".join([part for pair in pairs for part in pair])

    @property
    def _polled(self) -> "_PolledSocket":
        found: Any = self._socket
        assert isinstance(found, _PolledSocket)
        return found

    def _literal(self, value: Any) -> bytes:
        if type(value) is int:
            return b"%d" % value
        converter: Any = self.converter
        literal: bytes = converter.quote(converter.escape(converter.to_mysql(value), self._sql_mode))
        return literal

    def _conversions_of(self, columns: tuple[bytes, ...]) -> list[Callable[[Any], Any]]:
        protocol: Any = self._protocol
        if len(self._conversions) > _KEPT:
            self._conversions.clear()
        made = [self._conversion(protocol.parse_column(each)) for each in columns]
        self._conversions[columns] = made
        return made

    def _conversion(self, column: Any) -> Callable[[Any], Any]:
        if column[1] in _INTEGERS:
            return int
        converter: Any = self.converter
        return partial(_made, converter.row_to_python, [column])

    def _get_connection(self) -> MySQLTCPSocket:
        made = _PolledSocket(host=self._host, port=self._port, force_ipv6=self._force_ipv6)
        made.set_connection_timeout(self._connection_timeout)
        return made


def _made(row_to_python: Callable[..., Row], columns: list[Any], value: bytes) -> Any:
    return row_to_python((value,), columns)[0]


class _PolledSocket(MySQLTCPSocket):
    """The driver's socket; once it has a Waiter, nothing blocks.

    Attributes:
        deadline: of what is received, on `time.monotonic()`'s clock.
    """

    sock: Any
    deadline: float | None = None
    _waiter: Waiter | None = None

    def build_ssl_context(  # type: ignore[override]  # no more is asked for
        self,
        ssl_ca: str = "",
        ssl_cert: str = "",
        ssl_key: str = "",
        ssl_verify_cert: bool = False,
        ssl_verify_identity: bool = False,
        **_: Any,
    ) -> ssl.SSLContext:
        """A context that trusts `ssl_ca` alone, and not the system's authorities beside it, as the driver's own does.

        Raises:
            InterfaceError: a file cannot be used.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = ssl_verify_identity
        context.verify_mode = ssl.CERT_REQUIRED if ssl_verify_cert else ssl.CERT_NONE
        try:
            if ssl_ca:
                context.load_verify_locations(ssl_ca)
            if ssl_cert:
                context.load_cert_chain(ssl_cert, ssl_key)
        except OSError as error:
            raise InterfaceError(f"ssl-ca, ssl-cert or ssl-key cannot be used: {error}") from error
        return context

    def wait_by(self, waiter: Waiter) -> None:
        """From now on wait by this Waiter, without blocking."""
        self._waiter = waiter
        self._buffer, self._at = b"", 0
        self.sock.setblocking(False)

    def is_silent(self) -> bool:
        if self._at < len(self._buffer):
            return False
        if not isinstance(self.sock, ssl.SSLSocket):
            return bool(is_silent(self.sock))
        try:  # there is other talk in TLS, such as session tickets, which is nothing to be read
            self.sock.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            pass
        return False

    def send(self, payload: bytes, packet_number: int | None = None, *args: Any, **kwargs: Any) -> None:
        if self._waiter is None:
            super().send(payload, packet_number, *args, **kwargs)
            return
        data = len(payload).to_bytes(3, "little") + b"\0" + payload
        try:
            sent = self.sock.send(data)
        except OSError as error:
            raise OperationalError(str(error), errno=_LOST) from error
        if sent < len(data):
            raise OperationalError("the server does not accept statements", errno=_LOST)

    def recv(self, read_timeout: int | None = None) -> Any:
        if self._waiter is None:
            return super().recv(read_timeout)
        at = self._at
        while True:
            buffer = self._buffer
            if len(buffer) - at >= 4:
                end = at + 4 + (buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16)
                if end <= len(buffer):
                    self._at = end
                    return buffer[at:end]
            self._buffer, self._at, at = buffer[at:] + self._received(), 0, 0

    def _received(self) -> bytes:
        waiter, sock = self._waiter, self.sock
        assert waiter is not None
        try:
            while True:
                # What has been decrypted already does not show in the descriptor.
                if not (isinstance(sock, ssl.SSLSocket) and sock.pending()):
                    waiter.readable(sock.fileno(), self.deadline)
                try:
                    data: bytes = sock.recv(_PIECE)
                except (BlockingIOError, ssl.SSLWantReadError):
                    continue
                break
        except TimeoutError as error:
            raise ReadTimeoutError("the server did not answer before the deadline", errno=3024) from error
        except OSError as error:
            raise OperationalError(str(error), errno=_LOST) from error
        if not data:
            raise OperationalError("Lost connection to MySQL server during query", errno=_LOST)
        return data


_AGE_SECONDS = 1800.0  # of a connection, as those of the engine have


class PolledReads:
    """Reads from one database for callers that park; owns its connections.

    `read` is for one thread, that of the callers. `open_connections` may run in another beside it, and `close` once
    the callers have ended.
    """

    def __init__(
        self, engine: Engine, connect: Callable[[Waiter], PolledConnection], waiter: Waiter, *, size: int
    ) -> None:
        """Connect to nothing yet.

        Args:
            engine: of the same database, which has its dialect.
            connect: makes a connection, and may block.
            waiter: by which callers wait.
            size: how many connections there are at most.
        """
        self._engine = engine
        self._connect = connect
        self._waiter = waiter
        self._size = size
        self._made = 0
        self._idle: list[tuple[float, PolledConnection]] = []
        # Made ahead by another thread, and not yet counted in `_made`.
        self._ahead: deque[tuple[float, PolledConnection]] = deque()
        self._waiting: deque[Wait] = deque()

    @property
    def connections(self) -> tuple[int, int]:
        """How many are busy, and how many are idle; any thread may ask."""
        idle = len(self._idle)
        return self._made - idle, idle + len(self._ahead)

    def open_connections(self, deadline: float) -> None:
        """Open the connections that are missing, so that no caller has to wait for one; this blocks.

        Args:
            deadline: on `time.monotonic()`'s clock; whoever needs what is missing then opens it.

        Raises:
            sqlalchemy.exc.DBAPIError: the server cannot be reached, or does not answer before the deadline.
        """
        with until(deadline):
            while self._made + len(self._ahead) < self._size and time_left():
                try:
                    self._ahead.append((time.monotonic(), self._connected()))
                except self._engine.dialect.loaded_dbapi.Error as error:
                    raise wrapped(self._engine, error, "") from error

    def read(self, source: str, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]) -> Rows:
        """The rows of one reading statement, as `reads.read` gives them."""
        require_time(source, ctx)
        before = CURRENT.set(ctx.deadline)
        try:
            return self._read(ctx, statement, parameters)
        except (exc.TimeoutError, exc.DBAPIError) as error:
            raise_translated(error, source, ctx)
        finally:
            CURRENT.reset(before)

    def close(self) -> None:
        """Close the idle connections."""
        self._take_those_made_ahead()
        while self._idle:
            self._drop(self._idle.pop()[1])

    def _read(self, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]) -> Rows:
        engine = self._engine
        driver_error = engine.dialect.loaded_dbapi.Error
        made_at, connection = self._checkout(ctx.deadline)
        is_in_order = False
        sql = ""
        try:
            connection.wait_until(None if ctx.deadline is None else ctx.deadline + GRACE)
            query = compiled(statement, engine.dialect, parameters)
            if connection.is_mariadb and (needed := connection.limit.next(time_left())) is not None:
                connection.cmd_query(needed)
            values = query.values(parameters)
            sql = prepared(engine, connection, query.sql, values)
            found = connection.rows(connection.filled_in(sql, values))
            is_in_order = True
        except driver_error as error:
            failure = wrapped(engine, error, sql)
            # Before the statement, the session's limit may have been refused.
            is_in_order = bool(sql) and is_in_order_after(failure) and time_left() != 0.0
            raise failure from error
        finally:
            self._checkin(made_at, connection, is_in_order=is_in_order)
        return query.converted(found)

    def _checkout(self, deadline: float | None) -> tuple[float, PolledConnection]:
        while True:
            self._take_those_made_ahead()
            while self._idle:
                made_at, connection = self._idle.pop()
                if time.monotonic() < made_at + _AGE_SECONDS and connection.is_usable():
                    return made_at, connection
                self._drop(connection)
            if self._made < self._size:
                return self._new()
            wait = self._waiter.wait()
            self._waiting.append(wait)
            try:
                wait.until(deadline)
            except BaseException as error:
                if wait in self._waiting:
                    self._waiting.remove(wait)
                else:  # a free one was meant for this caller
                    self._wake_next()
                if isinstance(error, TimeoutError):
                    raise exc.TimeoutError("no connection became free in time") from error
                raise

    def _take_those_made_ahead(self) -> None:
        # One more than `size` where a caller and `open_connections` have opened the last one at once.
        while self._ahead:
            self._idle.append(self._ahead.popleft())
            self._made += 1

    def _new(self) -> tuple[float, PolledConnection]:
        self._made += 1
        try:
            return time.monotonic(), self._waiter.run(self._connected)
        except BaseException as error:
            self._made -= 1
            self._wake_next()
            if isinstance(error, self._engine.dialect.loaded_dbapi.Error):
                raise wrapped(self._engine, error, "") from error
            raise

    def _connected(self) -> PolledConnection:
        if not self._engine.dialect.server_version_info:  # which is learnt when the engine connects
            self._engine.connect().close()
        return self._connect(self._waiter)

    def _checkin(self, made_at: float, connection: PolledConnection, *, is_in_order: bool) -> None:
        if is_in_order:
            self._idle.append((made_at, connection))
        else:
            self._drop(connection)
        self._wake_next()

    def _drop(self, connection: PolledConnection) -> None:
        self._made -= 1
        connection.cut()

    def _wake_next(self) -> None:
        if self._waiting:
            self._waiting.popleft().end()
