"""Reading rows: `read(engine, source, ctx, statement, parameters)`.

A statement of SQLAlchemy Core is compiled once, and the driver runs it on a connection of the engine's pool.
SQLAlchemy's Connection would cost more than the row: docs/sources.md has the figures.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, SelectBase, exc

from ogrom.protocols.context import Context

from .deadlines import CURRENT, time_left
from .errors import raise_translated, require_time
from .mysql_connection import MySqlConnection
from .pool import DeadlinePool
from .statements import CompiledQuery, compiled, prepared

Rows = Sequence[Sequence[Any]]


def read(
    engine: Engine, source: str, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]
) -> Rows:
    """The rows of one reading statement, which is no transaction.

    Args:
        statement: the same object at each call, such as a module constant, because the compiled form is cached.
        parameters: by name; a list where the statement has an expanding one. Further ones are ignored.

    Raises:
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    # What `translated` and `until` do, without the generators that cost a small read as much as its row.
    require_time(source, ctx)
    before = CURRENT.set(ctx.deadline)
    try:
        return _read(engine, statement, parameters)
    except (exc.TimeoutError, exc.DBAPIError) as error:
        raise_translated(error, source, ctx)
    finally:
        CURRENT.reset(before)


def _read(engine: Engine, statement: SelectBase, parameters: Mapping[str, Any]) -> Rows:
    pool = engine.pool
    assert isinstance(pool, DeadlinePool)
    record = _checkout(engine, pool)
    try:
        # With a connection the dialect knows which server it speaks to.
        query = compiled(statement, engine.dialect, parameters)
        rows = _fetched(engine, record.dbapi_connection, query, parameters)
    except BaseException as error:
        _checkin(pool, record, error)
        raise
    pool.checkin(record)
    return query.converted(rows)


def _checkout(engine: Engine, pool: DeadlinePool) -> Any:
    try:
        return pool.checkout()
    except _driver_error(engine) as error:
        raise wrapped(engine, error, "") from error


def _fetched(engine: Engine, driver: Any, query: CompiledQuery, parameters: Mapping[str, Any]) -> Rows:
    """All rows as the driver gives them; every read passes through here."""
    try:
        values = query.values(parameters)
        statement = prepared(engine, driver, query.sql, values)
        if isinstance(driver, MySqlConnection):
            return driver.rows(statement, values)
        return list(driver.execute(statement, values))
    except _driver_error(engine) as error:
        raise wrapped(engine, error, query.sql) from error


def _checkin(pool: DeadlinePool, record: Any, error: BaseException) -> None:
    """Keep the connection only if the database itself reported the error, in time."""
    in_order = isinstance(error, exc.DBAPIError) and not error.connection_invalidated
    if in_order and time_left() != 0.0:
        pool.checkin(record)
    else:
        pool.invalidate(record, error)


def _driver_error(engine: Engine) -> type[Exception]:
    kind: type[Exception] = engine.dialect.loaded_dbapi.Error
    return kind


def wrapped(engine: Engine, error: Exception, statement: str) -> Exception:
    """The error as SQLAlchemy raises it elsewhere."""
    dialect = engine.dialect
    return exc.DBAPIError.instance(
        statement,
        None,
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=dialect.is_disconnect(error, None, None),  # type: ignore[arg-type]
        dialect=dialect,
    )
