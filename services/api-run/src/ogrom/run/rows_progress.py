"""How an import or export goes on, on the standard error stream: a bar for people, now and then a line for logs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

_SECONDS_BETWEEN_LINES = 5.0

Tell = Callable[[int, float | None], None]


@contextmanager
def rows_progress(title: str) -> Iterator[Tell]:
    """Gives the block a function to be told how many rows are done, and which share of all that is if known."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[said]}"))
    begin = time.monotonic()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None, said="")

        def tell(rows: int, share: float | None) -> None:
            said = summary(rows, share, time.monotonic() - begin)
            bar.update(task, total=None if share is None else 1.0, completed=share or 0.0, said=said)

        yield tell


def summary(rows: int, share: float | None, seconds: float) -> str:
    """What is done, how fast, and how much is left.

    Args:
        rows: how many are done.
        share: which part of all they are, from 0 to 1; None where nobody knows.
        seconds: how long they took.
    """
    said = f"{rows} rows, {rows / max(seconds, 0.001):.0f} rows/s"
    if not share:
        return said
    left = rows / share - rows
    return f"{said}, about {left:.0f} left"


def _lines(title: str) -> Tell:
    begin = last = time.monotonic()

    def tell(rows: int, share: float | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            click.echo(f"{title}: {summary(rows, share, now - begin)}", err=True)

    return tell
