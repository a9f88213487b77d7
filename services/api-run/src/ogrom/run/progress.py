"""How something long goes on, on the standard error stream: a bar for people, now and then a line for logs."""

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
    """Say what the block does; it gets a function to be told what is done, and which share of all that is if known."""
    console = Console(stderr=True)
    if not console.is_terminal:
        click.echo(f"{title} ...", err=True)
        yield _lines(title)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=console) as bar:
        # Until the first news, the bar only says that something goes on.
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
