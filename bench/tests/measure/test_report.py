"""Tables, targets, JSON, and the figures in documents."""

import getpass
import io
import json
import os
import platform
from pathlib import Path

import pytest
from rich.console import Console

from bench.measure.report import (
    NoMarks,
    Report,
    Table,
    Target,
    Verdict,
    machine_line,
    put_into_document,
    verdicts,
    write_json,
)

TABLE = Table("What costs", ("peer", "store", "requests/s"), [("ogrom", "a|b", "1,790")], words=2)


def test_markdown_has_numbers_at_the_right() -> None:
    """Words are on the left, and a bar in a cell is escaped."""
    assert TABLE.markdown().splitlines() == [
        "**What costs**",
        "",
        "| peer | store | requests/s |",
        "| --- | --- | ---: |",
        r"| ogrom | a\|b | 1,790 |",
    ]


def test_the_terminal_gets_the_same_cells() -> None:
    """Title, heads and cells are shown."""
    output = io.StringIO()
    Console(file=output, width=80).print(TABLE.rich())
    shown = output.getvalue()
    assert all(each in shown for each in ("What costs", "requests/s", "a|b", "1,790"))


def test_a_row_that_does_not_fit_is_refused() -> None:
    """Its cells would be under the wrong heads."""
    with pytest.raises(ValueError, match="2 columns, and a row has"):
        Table("t", ("a", "b"), [("1", "2", "3")])


FAST = Target("throughput, x the fair view", 1.0)
SMALL = Target("exec to ready", 1.0, "at most", "s")


@pytest.mark.parametrize(
    ("target", "value", "told"),
    [
        (FAST, 1.0, "met"),
        (FAST, 1.3, "met"),
        (FAST, 0.84, "missed by 16%"),
        (FAST, 0.996, "missed by 0.4%"),
        (SMALL, 1.0, "met"),
        (SMALL, 0.6, "met"),
        (SMALL, 1.5, "missed by 50%"),
    ],
)
def test_a_target_is_met_or_missed_by_so_much(target: Target, value: float, told: str) -> None:
    """A value at the limit meets the target, whichever kind it is."""
    verdict = Verdict(target, value)
    assert (verdict.met, verdict.told) == (told == "met", told)


def test_what_was_not_measured_is_not_met() -> None:
    """The verdict says why."""
    verdict = Verdict(FAST, None, "no Java 21")
    assert not verdict.met
    assert verdict.told == "not measured: no Java 21"


def test_the_table_has_figure_bound_and_verdict() -> None:
    """There is a row for each target."""
    table = verdicts([Verdict(FAST, 0.5), Verdict(SMALL, 0.6), Verdict(SMALL, None, "quick")])
    assert table.rows == [
        ("throughput, x the fair view", "0.50", "at least 1", "missed by 50%"),
        ("exec to ready", "0.60 s", "at most 1 s", "met"),
        ("exec to ready", "-", "at most 1 s", "not measured: quick"),
    ]


BEFORE = """# Title

<!-- bench: cold -->
old
<!-- /bench: cold -->

<!-- bench: beside -->
<!-- /bench: beside -->
"""


def test_only_what_is_between_its_marks_changes(tmp_path: Path) -> None:
    """Other figures and the prose stay; a second write gives the same file."""
    path = tmp_path / "performance.md"
    path.write_text(BEFORE)
    put_into_document(path, "cold", "new\n")
    once = path.read_text()
    assert once == BEFORE.replace("\nold\n", "\nnew\n")
    put_into_document(path, "cold", "new")
    assert path.read_text() == once


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<!-- bench: cold -->\n",
        "<!-- /bench: cold -->\n<!-- bench: cold -->\n",
        BEFORE.replace("beside", "cold"),
    ],
)
def test_a_document_without_a_place_is_left_alone(tmp_path: Path, content: str) -> None:
    """The error names the marks that it needs."""
    path = tmp_path / "performance.md"
    path.write_text(content)
    with pytest.raises(NoMarks, match=r"performance.md needs the lines `<!-- bench: cold -->`"):
        put_into_document(path, "cold", "new")
    assert path.read_text() == content


def test_results_say_what_they_were_measured_on(tmp_path: Path) -> None:
    """They have the command, the machine and the versions."""
    path = write_json("cold", "./dev bench cold", {"ogrom": [1.0, 2.0]}, tmp_path / "new")
    told = json.loads(path.read_text())
    assert path.name == "cold.json"
    assert (told["command"], told["figures"]) == ("./dev bench cold", {"ogrom": [1.0, 2.0]})
    assert told["ran on"]["Python"] == platform.python_version()
    assert {
        "flask",
        "fastapi",
        "fastify",
        "flask-smorest",
        "granian",
        "litestar",
        "mariadb",
        "MariaDB",
    } <= told["ran on"].keys()
    assert told["ran on"]["processors"].startswith(f"{os.cpu_count()} x ")
    assert told["ran on"]["wrk"][0].isdigit() or told["ran on"]["wrk"].startswith("debian/")


def test_results_name_nobody(tmp_path: Path) -> None:
    """They are published, so no host, home or folder is in them."""
    text = write_json("cold", "./dev bench cold", {}, tmp_path).read_text() + machine_line("./dev bench")
    assert platform.node() not in text
    assert str(Path.home()) not in text
    assert f"/{getpass.getuser()}" not in text
    assert str(tmp_path) not in text


REPORT = Report(
    "cold",
    "./dev bench cold",
    [Table("Cold", ("peer", "s"), [("ogrom", "0.6")])],
    {"cold": "<svg/>"},
    {"ogrom": [0.6]},
    ["Clojure was left out: no Java 21."],
)


def test_a_report_is_shown_and_kept(tmp_path: Path) -> None:
    """Tables and notes are printed; figures and charts are in the folder of results."""
    output = io.StringIO()
    REPORT.publish(Console(file=output, width=100), None, tmp_path)
    assert "0.6" in output.getvalue()
    assert "Note: Clojure was left out" in output.getvalue()
    assert json.loads((tmp_path / "cold.json").read_text())["figures"] == {"ogrom": [0.6]}
    assert (tmp_path / "cold.svg").read_text() == "<svg/>"


def test_a_report_writes_its_place_in_the_documentation(tmp_path: Path) -> None:
    """The command, the tables and the notes are between its marks, and the charts in the folder beside the page."""
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
