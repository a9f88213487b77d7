"""Cells of tab-separated values."""

import csv
import io

import pytest
from hypothesis import given, strategies as st

from ogrom.catalogue.tsv import Stray, Unclosed, cells_of

CELLS = st.text(st.sampled_from('ab "\t\n,'), max_size=8)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_what_a_spreadsheet_writes_is_read_as_it_was(cells: list[str]) -> None:
    """Quoting keeps tabs, line breaks and quotation marks."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
    assert cells_of(out.getvalue()) == cells


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a\tb", ["a", "b"]),
        ("\t\t", ["", "", ""]),
        ('12" pan\tb', ['12" pan', "b"]),
        ('"12"" pan"\tb', ['12" pan', "b"]),
        ('""\t"x\ty"', ["", "x\ty"]),
    ],
)
def test_quotation_marks_mean_themselves_within_a_cell(line: str, cells: list[str]) -> None:
    """Only at its beginning one opens a quoted cell."""
    assert cells_of(line) == cells


def test_a_mark_in_the_midst_is_told_with_its_cell() -> None:
    """Nobody can say where such a cell ends."""
    with pytest.raises(Stray) as caught:
        cells_of('a\t"Best" dress\tb')
    assert caught.value.args == (1,)


def test_an_open_cell_goes_on_in_the_next_line() -> None:
    """Whoever has the next line may ask again."""
    with pytest.raises(Unclosed):
        cells_of('a\t"begun ""and')
    assert cells_of('a\t"begun ""and\nended"""\tb') == ["a", 'begun "and\nended"', "b"]


@pytest.mark.parametrize(
    ("text", "error"), [('"' + '""' * 300_000, Unclosed), ('"' + "a" * 300_000 + '"b', Stray)]
)
def test_a_long_cell_takes_no_long_time(text: str, error: type[ValueError]) -> None:
    """The patterns never go back over what they have read, which would take years."""
    with pytest.raises(error):
        cells_of(text)
