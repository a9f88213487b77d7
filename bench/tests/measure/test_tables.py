import io

import pytest
from rich.console import Console

from bench.measure.tables import Table

TABLE = Table("What costs", ("peer", "store", "requests/s"), [("ogrom", "a|b", "1,790")], words=2)


def test_markdown_has_numbers_at_the_right() -> None:
    """Words stand left, and a bar in a cell does not end it."""
    assert TABLE.markdown().splitlines() == [
        "**What costs**",
        "",
        "| peer | store | requests/s |",
        "| --- | --- | ---: |",
        r"| ogrom | a\|b | 1,790 |",
    ]


def test_the_terminal_gets_the_same_cells() -> None:
    """Title, heads and cells."""
    output = io.StringIO()
    Console(file=output, width=80).print(TABLE.rich())
    shown = output.getvalue()
    assert all(each in shown for each in ("What costs", "requests/s", "a|b", "1,790"))


def test_a_row_that_does_not_fit_is_refused() -> None:
    """Rather than shown under the wrong head."""
    with pytest.raises(ValueError, match="2 columns, and a row has"):
        Table("t", ("a", "b"), [("1", "2", "3")])
