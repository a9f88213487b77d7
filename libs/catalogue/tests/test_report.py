"""The report."""

from pathlib import Path

from ogrom.catalogue.entries import Fault, Rejected, Report


def test_a_line_for_each_fault(tmp_path: Path) -> None:
    """It can be opened as a table, whatever was in the file."""
    path = tmp_path / "report.tsv"
    faults = (Fault("title", "is\tmissing"), Fault("", "x" * 1000))
    with Report(path) as report:
        report.add(Rejected(7, "A\n1\udcff", faults))
        report.flush()
        assert path.read_text().splitlines() == [
            "line\tid\tfield\treason",
            "7\tA\\u000a1\\udcff\ttitle\tis\\u0009missing",
            "7\tA\\u000a1\\udcff\t\t" + "x" * 500 + "...",
        ]
    assert report.rejected == 1


def test_no_news_leave_no_file(tmp_path: Path) -> None:
    """Not even that of an earlier run."""
    path = tmp_path / "report.tsv"
    path.write_text("older")
    with Report(path):
        pass
    assert not path.exists()
