"""`demo`: the demo catalogue in an empty database."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click
from sqlalchemy import Engine

from ogrom.sources.commands import CommandError, Target, bring_up_to_date
from ogrom.sources.sql.loading import Loaded, is_empty, load

from ..demo import catalogue, counts
from .progress import progress

__all__ = ["fill"]

# A thousand products need some 4 MB until they are stored.
_BATCH = 5_000


def fill_empty(target: Target, products: int) -> None:
    """Migrate where needed, then fill.

    Raises:
        CommandError: the database cannot be used, or holds data already.
    """
    with target.connect() as engine:
        bring_up_to_date(engine)
        if not is_empty(engine):
            raise CommandError(f"demo: {target.name} holds data already; take an empty database: --database")
        start = time.perf_counter()
        rows = fill(engine, products, whole=False).rows
        seconds = time.perf_counter() - start
    click.echo(f"{target.name} holds {products} products and what belongs to them.")
    click.echo(f"{rows:,} rows in all tables, stored in {seconds:.1f} s: {rows / seconds:,.0f} rows/s.")


def fill(engine: Engine, products: int, *, whole: bool) -> Loaded:
    """Store the demo catalogue, and show how far it is.

    Args:
        engine: of the database, its tables up to date and without data.
        products: how many there are to be; users, collages and comments follow.
        whole: use one transaction, so that an interrupt leaves the database empty. Otherwise each batch has one, and
            an interrupt leaves a complete but smaller catalogue.

    Ctrl-C takes effect after a batch, a second one at once.

    Raises:
        CommandError: the user interrupted.
    """
    total = counts(products).total
    try:
        with noted_interrupts() as look, progress(f"Filling with {products:,} demo products") as tell:

            def stored(records: int) -> None:
                share = records / total
                tell(f"{share * products:,.0f} of {products:,}", share)
                look()

            return load(engine, catalogue(products=products, batch=_BATCH), stored, whole=whole)
    except KeyboardInterrupt:
        raise CommandError("demo: interrupted; a batch that was not complete is not stored") from None


@contextmanager
def noted_interrupts() -> Iterator[Callable[[], None]]:
    """Note Ctrl-C while the block runs; the block gets a function that raises KeyboardInterrupt if there was one.

    Python raises KeyboardInterrupt in whatever line is running, even in a finalizer or a callback, whose errors are
    discarded. One that was only noted cannot be lost; it is raised at the end of the block at the latest. A second
    Ctrl-C acts at once, as without this.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        # Only the main thread gets signals; and a process may have been told to ignore this one.
        yield lambda: None
        return
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        noted = True
        signal.signal(signal.SIGINT, before)

    def look() -> None:
        if noted:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, before)
    look()
