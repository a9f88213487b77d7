"""`ogrom-api demo`: a catalogue of any size in an empty database."""

import time

import click

from ogrom.operations.command_line import Failure
from ogrom.sources.loading import is_empty

from ..failures import explained, require_database
from ..filling import fill
from ..schema import bring_up_to_date, engine_of
from ..settings import Settings


def demo(settings: Settings, products: int) -> None:
    """Migrate where needed, then fill.

    Raises:
        Failure: the database cannot be used, or holds data already.
    """
    require_database(settings.database_url, "demo")
    with explained(settings.database_url), engine_of(settings.database_url) as engine:
        bring_up_to_date(engine)
        if not is_empty(engine):
            raise Failure(
                f"demo: {settings.database_url} holds data already; take an empty database: --database"
            )
        start = time.perf_counter()
        rows = fill(engine, products, whole=False).rows
        seconds = time.perf_counter() - start
    click.echo(f"{settings.database_url} holds {products} products and what belongs to them.")
    click.echo(f"{rows:,} rows in all tables, stored in {seconds:.1f} s: {rows / seconds:,.0f} rows/s.")
