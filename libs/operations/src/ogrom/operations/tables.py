"""Tables on the standard output stream."""

import sys
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

# Where no terminal says how wide it is: a program that reads a table finds each row on one line.
_FILE_WIDTH = 250


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of plain text under the names of their columns; the first column is never broken."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _FILE_WIDTH
    Console(width=width, markup=False, highlight=False, emoji=False).print(table)
