"""Polled reads: statements that the caller waits for without blocking its thread, over connections of their own."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine, SelectBase, exc

from ogrom.protocols.context import Context
from ogrom.protocols.waiting import Wait, Waiter

from .deadlines import CURRENT, limited, time_left
from .errors import is_in_order_after, raise_translated, require_time
from .polled_connection import PolledConnection
from .reads import Rows, wrapped
from .statements import text_of
from .watchdog import GRACE

_AGE_SECONDS = 1800.0  # of a connection, as those of the engine have


class PolledReads:
    """Reads from one database for callers that park; owns its connections.

    To be used by one thread, that of the callers; `close` may come from another once they have ended.
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
        self._waiting: deque[Wait] = deque()

    @property
    def connections(self) -> tuple[int, int]:
        """How many are busy, and how many are idle; any thread may ask."""
        idle = len(self._idle)
        return self._made - idle, idle

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
        """Close the connections that nobody uses."""
        while self._idle:
            self._drop(self._idle.pop()[1])

    def _read(self, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]) -> Rows:
        engine = self._engine
        driver_error = engine.dialect.loaded_dbapi.Error
        made_at, connection = self._lent(ctx.deadline)
        is_in_order = False
        sql = ""
        try:
            connection.wait_until(None if ctx.deadline is None else ctx.deadline + GRACE)
            text = text_of(statement, engine.dialect, parameters)
            if connection.is_mariadb and (needed := connection.limit.next(time_left())) is not None:
                connection.cmd_query(needed)
            sql = limited(engine.dialect, connection, text.sql)
            found = connection.rows(connection.filled_in(sql, text.values(parameters)))
            is_in_order = True
        except driver_error as error:
            told = wrapped(engine, error, sql)
            # Before the statement, the session's limit may have been refused.
            is_in_order = bool(sql) and is_in_order_after(told) and time_left() != 0.0
            raise told from error
        finally:
            self._take_back(made_at, connection, is_in_order=is_in_order)
        return text.converted(found)

    def _lent(self, deadline: float | None) -> tuple[float, PolledConnection]:
        while True:
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
                else:  # it has been told that one is free
                    self._wake_next()
                if isinstance(error, TimeoutError):
                    raise exc.TimeoutError("no connection became free in time") from error
                raise

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

    def _take_back(self, made_at: float, connection: PolledConnection, *, is_in_order: bool) -> None:
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
