"""Reading rows: `read(engine, source, ctx, statement, parameters)`.

A statement of SQLAlchemy Core is made into text once, and the text is run by the driver on a connection of the
engine's pool. SQLAlchemy's Connection would cost more than the row: docs/sources.md has the figures.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, SelectBase, exc

from ogrom.protocols.context import Context

from .deadlines import CURRENT, limited, time_left
from .errors import raise_translated, require_time
from .mysql_connection import MySqlConnection
from .pools import DeadlinePool
from .statements import Text, text_of

Rows = Sequence[Sequence[Any]]


def read(
    engine: Engine, source: str, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]
) -> Rows:
    """The rows of one reading statement, which is no transaction.

    Args:
        statement: the same object at each call, such as a module constant, because its text is remembered.
        parameters: by name; a list where the statement has an expanding one. There may be more than it has.

    Raises:
        SourceError: as `ogrom.sources.errors.translated` says.
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
    record = _lent(engine, pool)
    try:
        # With a connection the dialect knows which server it speaks to.
        text = text_of(statement, engine.dialect, parameters)
        rows = _fetched(engine, record.dbapi_connection, text, parameters)
    except BaseException as error:
        _give_back(pool, record, error)
        raise
    pool.take_back(record)
    return text.converted(rows)


def _lent(engine: Engine, pool: DeadlinePool) -> Any:
    try:
        return pool.lend()
    except _driver_error(engine) as error:
        raise wrapped(engine, error, "") from error


def _fetched(engine: Engine, driver: Any, text: Text, parameters: Mapping[str, Any]) -> Rows:
    """All rows as the driver gives them; every read passes through here."""
    try:
        statement = limited(engine.dialect, driver, text.sql)
        values = text.values(parameters)
        if isinstance(driver, MySqlConnection):
            return driver.rows(statement, values)
        return list(driver.execute(statement, values))
    except _driver_error(engine) as error:
        raise wrapped(engine, error, text.sql) from error


def _give_back(pool: DeadlinePool, record: Any, error: BaseException) -> None:
    """Lend the connection again only if the database has just said what is wrong, in time."""
    in_order = isinstance(error, exc.DBAPIError) and not error.connection_invalidated
    if in_order and time_left() != 0.0:
        pool.take_back(record)
    else:
        pool.give_up(record, error)


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
