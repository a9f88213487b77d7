"""Tables."""

import pytest

from ogrom.operations.tables import print_table


def test_each_row_is_a_line_where_no_person_reads(capsys: pytest.CaptureFixture[str]) -> None:
    """A program that filters lines finds whole rows, and no brackets are taken for markup."""
    print_table(("Name", "Meaning"), [("[red]", "many words " * 10), ("b", "x")])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.strip()] == ["Name", lines[2].split()[0], "[red]", "b"]
