"""overhear: what a database is asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from ogrom.sources import reads
from ogrom.sources.statements import Text


@contextmanager
def overhear(engine: Engine, told: Callable[[str, Any], None]) -> Iterator[None]:
    """Be told of every statement before it is sent through this engine.

    SQLAlchemy's own events know only half of them, since `ogrom.sources.reads` goes past its Connection.

    Args:
        engine: made by `database_engine`.
        told: called with the text and the driver's parameters, on the thread that sends them; a statement for
            many rows is one.
    """
    fetched = reads._fetched  # noqa: SLF001 - every read passes through here

    def listening(of: Engine, driver: Any, text: Text, parameters: Mapping[str, Any]) -> reads.Rows:
        if of is engine:
            told(text.sql, text.values(parameters))
        return fetched(of, driver, text, parameters)

    def note(connection: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
        told(statement, parameters)

    event.listen(engine, "before_cursor_execute", note)
    try:
        with mock.patch.object(reads, "_fetched", listening):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
