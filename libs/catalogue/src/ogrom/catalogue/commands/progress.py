"""Progress on the standard error stream: a bar for people, now and then a line for logs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

_SECONDS_BETWEEN_LINES = 5.0

Tell = Callable[[str, float | None], None]


@contextmanager
def progress(title: str) -> Iterator[Tell]:
    """Show the progress of a block; it gets a function to tell what is done, and its share of all if known."""
    console = Console(stderr=True)
    if not console.is_terminal:
        click.echo(f"{title} ...", err=True)
        yield _lines(title)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=console) as bar:
        # Before the first call, the bar only shows that something is happening.
        task = bar.add_task(title, total=None, said="")

        def tell(said: str, share: float | None) -> None:
            bar.update(task, total=None if share is None else 1.0, completed=share or 0.0, said=said)

        yield tell


def _lines(title: str) -> Tell:
    last = time.monotonic()

    def tell(said: str, share: float | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            click.echo(f"{title}: {said}", err=True)

    return tell


@contextmanager
def rows_progress(title: str) -> Iterator[Callable[[int, float | None], None]]:
    """Show the progress of a block in rows; it gets a function to tell how many are done, and their share if known."""
    begin = time.monotonic()
    with progress(title) as tell:
        yield lambda rows, share: tell(summary(rows, share, time.monotonic() - begin), share)


def summary(rows: int, share: float | None, seconds: float) -> str:
    """What is done, how fast, and how much is left.

    Args:
        rows: how many are done.
        share: their share of all rows, from 0 to 1; None if unknown.
        seconds: how long they took.
    """
    said = f"{rows} rows, {rows / max(seconds, 0.001):.0f} rows/s"
    if not share:
        return said
    left = rows / share - rows
    return f"{said}, about {left:.0f} left"
