"""The figures in the documentation, between two marks, so that nobody copies numbers by hand."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ogrom_deploy.ports import PlatformError

from ..outcome import Outcome
from .summary import failures

BEGIN = "<!-- figures: written by `./dev rehearse --docs docs` -->"
END = "<!-- end of figures -->"

_TOLD = ("command", "instances", "time", "processors", "Python", "HAProxy", "MariaDB")


def figures(facts: Mapping[str, str], outcomes: Sequence[Outcome]) -> str:
    """The tables in Markdown."""
    return "\n".join((*_scenarios(outcomes), "", *_goals(outcomes), "", *_facts(facts)))


def put(path: Path, text: str) -> None:
    """Replace what is between the marks in a file.

    Raises:
        PlatformError: the file has no such marks.
    """
    content = path.read_text(encoding="utf-8")
    if BEGIN not in content or END not in content:
        raise PlatformError(f"{path} has no lines `{BEGIN}` and `{END}` to put figures between")
    before, after = content.partition(BEGIN)[0], content.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _scenarios(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| scenario | requests | failed | p50 | p99 | |"
    yield "|---|---:|---:|---:|---:|---|"
    for each in outcomes:
        tally = each.tally
        times = (f"{tally.percentile(percent) * 1000:.1f} ms" for percent in (50, 99))
        verdict = "holds" if each.passed else "**broken**"
        yield " | ".join((f"| {each.title}", f"{tally.planned:,}", failures(each), *times, f"{verdict} |"))


def _goals(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| target | measured | at most | |"
    yield "|---|---:|---:|---|"
    for each in (goal for outcome in outcomes for goal in outcome.goals):
        met = "met" if each.met else "missed"
        told = f"{met}: {each.told}" if each.told else met
        yield f"| {each.what} | {each.value:.2f} {each.unit} | {each.limit:g} {each.unit} | {told} |"


def _facts(facts: Mapping[str, str]) -> Iterator[str]:
    yield ", ".join(f"{key} `{facts[key]}`" for key in _TOLD if key in facts) + "."
