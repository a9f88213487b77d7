"""The schema: whether the tables of a database are those that this version can serve from."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from ogrom.sources.engine import database_engine
from ogrom.sources.migrate import MigrationState, migrate, state

from .database_url import DatabaseUrl


def bring_up_to_date(engine: Engine) -> MigrationState:
    """Migrate where that is needed, and say so on the standard error stream: of many rows it takes long.

    Returns:
        What was found.

    Raises:
        Unavailable: the database cannot be reached, or another process migrates it for too long.
    """
    found = state(engine)
    if not is_usable(found):
        what = (
            f"Migrating the tables from {found.current} to {found.head}"
            if found.current
            else "Making the tables"
        )
        click.echo(f"{what} ...", err=True)
        migrate(engine)
    return found


def is_usable(state: MigrationState) -> bool:
    """Whether the tables are this version's or a newer one's.

    A migration keeps what the version before it needs, so that a release can be taken back. Revisions are
    numbers of one length, so their order is that of their texts.
    """
    return state.current is not None and state.current >= state.head


@contextmanager
def engine_of(url: DatabaseUrl) -> Iterator[Engine]:
    """An engine whose connections are closed at the end, however that comes."""
    engine = database_engine(url.secret)
    try:
        yield engine
    finally:
        engine.dispose()
