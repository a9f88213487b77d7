"""A table as people read it: in the terminal and in the documentation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import rich.box
import rich.table


@dataclass(frozen=True)
class Table:
    """Rows under columns.

    Attributes:
        title: what the table tells.
        columns: their heads.
        rows: cells of text, as many as there are columns.
        words: how many columns from the left hold words; the others hold numbers, and stand at the right.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1

    def __post_init__(self) -> None:
        """Refuse a row that does not fit.

        Raises:
            ValueError: a row has more or fewer cells than there are columns.
        """
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(self.columns)} columns, and a row has {row}")

    def rich(self) -> rich.table.Table:
        """For the terminal."""
        table = rich.table.Table(title=self.title, title_justify="left", box=rich.box.SIMPLE_HEAD)
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="left" if number < self.words else "right")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For the documentation, its title above it."""
        return "\n".join((f"**{self.title}**", "", *self._lines()))

    def _lines(self) -> Iterator[str]:
        yield _line(self.columns)
        yield _line(["---" if number < self.words else "---:" for number in range(len(self.columns))])
        yield from map(_line, self.rows)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(each.replace("|", r"\|") for each in cells) + " |"
