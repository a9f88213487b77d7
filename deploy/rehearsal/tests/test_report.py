"""The report: a page, the same for programs, a part of the documentation, and a line."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from ogrom_deploy.ports import PlatformError
from ogrom_rehearsal.load import RequestResult, Summary
from ogrom_rehearsal.report import write
from ogrom_rehearsal.report.charts import series
from ogrom_rehearsal.report.text import BEGIN, END, figures, line, put
from ogrom_rehearsal.results import Check, Goal, ScenarioResult, TimelineEvent

FACTS = {"command": "./dev rehearse <fast>", "old version": "v1", "new version": "v2"}

SHOTS = (
    *(RequestResult(100.0 + i / 10, 0.002, 0.0, "/", 200, release="v1") for i in range(50)),
    *(RequestResult(105.0 + i / 10, 0.004, 0.0, "/", 200, release="v2") for i in range(40)),
    RequestResult(109.5, 0.1, 0.0, "/", 0, "closed"),
)
EVENTS = (
    TimelineEvent(100.0, "weights", "as it is", green=0),
    TimelineEvent(105.0, "phase", "Shift 100 % of the traffic to <green>"),
    TimelineEvent(105.0, "weights", "all", green=100),
)
GOAL = Goal("p99 during a deploy", 2.5, 2.0, "x", "5 ms")
LOST = ScenarioResult(
    "naive-kill",
    "Control: killed & started anew",
    (Check("requests fail", holds=True, found="1 of 91"),),
    (),
    Summary.of(SHOTS),
    100.0,
    110.0,
    EVENTS,
    control=True,
)
WELL = replace(
    LOST, name="blue-green", title="Blue/green", summary=Summary.of(SHOTS[:-1]), goals=(GOAL,), control=False
)


def test_a_series_has_every_request_in_its_step() -> None:
    """Rates by version, in the order in which they came, percentiles, failures and weights over time."""
    shown = series(LOST)
    assert list(shown.rates) == ["v1", "v2"]
    assert sum(sum(each) for each in shown.rates.values()) * shown.step == pytest.approx(90)
    assert shown.p50[0] == pytest.approx(2.0)
    assert shown.p99[-1] == pytest.approx(100.0)
    assert list(shown.failures) == pytest.approx([9.5])
    assert shown.weights == [(0.0, 0), (5.0, 100)]


def test_a_report_is_whole_and_escaped(tmp_path: Path) -> None:
    """A page that needs no other file, with a picture of each scenario, and the figures in JSON."""
    index = write(tmp_path, FACTS, [WELL, LOST])
    text = index.read_text()
    assert text.count("<svg") == 2
    assert "./dev rehearse &lt;fast&gt;" in text
    assert "killed &amp; started anew" in text
    ids = [each.split('"')[1] for each in text.split() if each.startswith('id="')]
    assert len(ids) == len(set(ids)), "two pictures would take each other's parts"
    document = json.loads((tmp_path / "rehearsal.json").read_text())
    assert [each["failed"] for each in document["scenarios"]] == [0, 1]
    picture = ET.parse(tmp_path / "naive-kill.svg")
    assert any("1 failed" in (each.text or "") for each in picture.iter())


def test_the_documentation_gets_the_figures_between_its_marks(tmp_path: Path) -> None:
    """What is around them stays; a second time gives the same; without marks it says so."""
    path, text = tmp_path / "rehearsal.md", figures(FACTS, [WELL, LOST])
    assert "| Blue/green | 90 | 0 | 2.0 ms | 4.0 ms | holds |" in text
    assert "| Control: killed & started anew | 91 | 1 as must be |" in text
    assert "2.50 x | 2 x | missed: 5 ms |" in text
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        put(path, text)
        assert path.read_text() == f"before\n{BEGIN}\n{text}\n{END}\nafter\n"
    path.write_text("no marks")
    with pytest.raises(PlatformError, match="has no lines"):
        put(path, text)


def test_the_line_says_what_is_broken_and_what_was_missed() -> None:
    """A control's losses are no failures, and a scenario's own are."""
    assert "2 of 2 scenarios hold; 90 requests, 0 failed" in line([WELL, LOST])
    assert "1 lost by 1 control, as" in line([WELL, LOST])
    assert "missed: p99 during a deploy 2.50 x (2 x at most)" in line([WELL])
    broken = replace(LOST, control=False, checks=(Check("no request fails", holds=False, found="1 of 91"),))
    assert "1 of 2 scenarios hold; 181 requests, 1 failed" in line([WELL, broken])
    assert "NOT: naive-kill" in line([WELL, broken])


def test_a_picture_may_be_of_the_beginning_only(tmp_path: Path) -> None:
    """Requests, events and the end are those until then."""
    cut = LOST.until(105.0)
    assert (len(cut.summary.results), cut.summary.failed, cut.end) == (50, 0, 105.0)
    assert [each.at for each in cut.timeline] == [100.0]


def test_of_nothing_nothing_is_known() -> None:
    """A scenario without a check has not passed."""
    assert not replace(WELL, checks=()).passed
    assert WELL.passed
    assert not WELL.broken
