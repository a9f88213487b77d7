"""What a run of suites says: a line as each ends; at the end how long each took, and which tests were the slowest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import Self
from xml.etree import ElementTree as ET

from .running import Outcome

SLOWEST = 10
STATES = {"error": "failed", "failure": "failed", "skipped": "skipped"}


@dataclass(frozen=True)
class Case:
    """One test, as pytest reports it."""

    name: str
    seconds: float
    state: str
    """`passed`, `failed` or `skipped`."""

    @classmethod
    def parse(cls, element: ET.Element) -> Self:
        """Read a `testcase`; its children say what went wrong."""
        state = next((STATES[child.tag] for child in element if child.tag in STATES), "passed")
        return cls(f"{element.get('file')}::{element.get('name')}", float(element.get("time", "0")), state)


def cases(root: Path, outcome: Outcome) -> tuple[Case, ...]:
    """The tests of a suite, as far as it came to report them."""
    report = root / outcome.suite.report
    if not report.exists():
        return ()
    return tuple(map(Case.parse, ET.parse(report).iter("testcase")))  # noqa: S314 # pytest wrote it


def ended(outcome: Outcome) -> str:
    """A line for a suite that is well; all that it has printed for one that is not."""
    head = f"{'failed' if outcome.code else 'ok':6} {outcome.seconds:6.1f} s  {outcome.suite.name}"
    if outcome.code:
        return f"{head}: exited with {outcome.code}\n{outcome.output}"
    last = outcome.output.strip().rpartition("\n")[2].strip("= ")
    return f"{head}: {last}" if last else head


def table(root: Path, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The suites by their seconds, the slowest tests, and how many passed, in the words that CI looks for."""
    tests = {each.suite: cases(root, each) for each in outcomes}
    yield f"\n{'seconds':>9} {'processor':>9} {'tests':>6}  suite"
    for each in sorted(outcomes, key=lambda each: -each.seconds):
        name = f"{each.suite.name}{', failed' if each.code else ''}"
        yield f"{each.seconds:9.1f} {each.processor:9.1f} {len(tests[each.suite]) or '':>6}  {name}"
    flat = [test for some in tests.values() for test in some]
    if flat:
        yield "\n  seconds  slowest tests"
    for test in nlargest(SLOWEST, flat, lambda test: test.seconds):
        yield f"{test.seconds:9.1f}  {test.name}"
    yield f"\n{_total(outcomes, flat)}"


def _total(outcomes: Iterable[Outcome], tests: Iterable[Case]) -> str:
    states = [each.state for each in tests]
    # What ends badly without a failed test, as mypy does, is one failure.
    failed = max(states.count("failed"), sum(each.code != 0 for each in outcomes))
    skipped = states.count("skipped")
    return f"{states.count('passed')} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
