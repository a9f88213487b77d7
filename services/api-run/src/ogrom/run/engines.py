"""Engines of commands, which live as long as one piece of work."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from ogrom.sources.database.engine import database_engine

from .database_url import DatabaseUrl


@contextmanager
def engine_of(url: DatabaseUrl) -> Iterator[Engine]:
    """An engine whose connections are closed at the end, however that comes."""
    engine = database_engine(url.secret)
    try:
        yield engine
    finally:
        engine.dispose()
