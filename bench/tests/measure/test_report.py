import io
import json
from pathlib import Path

from rich.console import Console

from bench.measure.report import Report
from bench.measure.tables import Table

REPORT = Report(
    "cold",
    "./dev bench cold",
    [Table("Cold", ("peer", "s"), [("ogrom", "0.6")])],
    {"cold": "<svg/>"},
    {"ogrom": [0.6]},
    ["Clojure was left out: no Java 21."],
)


def test_a_report_is_shown_and_kept(tmp_path: Path) -> None:
    """Tables and notes in the terminal, figures and charts in the folder of results."""
    output = io.StringIO()
    REPORT.publish(Console(file=output, width=100), None, tmp_path)
    assert "0.6" in output.getvalue()
    assert "Note: Clojure was left out" in output.getvalue()
    assert json.loads((tmp_path / "cold.json").read_text())["figures"] == {"ogrom": [0.6]}
    assert (tmp_path / "cold.svg").read_text() == "<svg/>"


def test_a_report_writes_its_place_in_the_documentation(tmp_path: Path) -> None:
    """The command, the tables and the notes between its marks, and the charts in the folder beside."""
    page = tmp_path / "docs" / "performance.md"
    page.parent.mkdir()
    page.write_text("before\n<!-- bench: cold -->\n<!-- /bench: cold -->\nafter\n")
    REPORT.publish(Console(file=io.StringIO()), page.parent, tmp_path)
    before, *told, after = page.read_text().splitlines()
    assert (before, after) == ("before", "after")
    assert told[1].startswith("`./dev bench cold`, ")
    assert "| ogrom | 0.6 |" in told
    assert "* Clojure was left out: no Java 21." in told
    assert (tmp_path / "docs" / "performance" / "cold.svg").read_text() == "<svg/>"
