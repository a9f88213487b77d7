"""Runs suites side by side, and reports how each ends, how long it took and which tests were the slowest."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from threading import Timer
from typing import Self
from xml.etree import ElementTree as ET

from ogrom_tools.progress import say
from ogrom_tools.test.suites import REPORTS, Suite

DEADLINE = 3600
"""Seconds after which a suite is killed: it hangs, or the machine is far too slow."""

SLOWEST = 10
STATES = {"error": "failed", "failure": "failed", "skipped": "skipped"}


@dataclass(frozen=True)
class SuiteResult:
    """How a suite ended."""

    suite: Suite
    code: int
    """Its exit code; 0 is success."""
    output: str
    seconds: float
    processor: float
    """Seconds of processor time, its children's included."""


def run(
    root: Path, suites: Iterable[Suite], when_done: Callable[[SuiteResult], object]
) -> tuple[SuiteResult, ...]:
    """Run suites side by side, started in this order: two more than there are processors, as each waits a lot.

    Args:
        root: the checkout.
        suites: what to run.
        when_done: called with each result as it comes.

    Returns:
        The results, in the order of the suites.
    """
    _empty(root / REPORTS)
    with ThreadPoolExecutor((os.cpu_count() or 1) + 2) as pool:
        running = [pool.submit(_run, root, each) for each in suites]
        for each in as_completed(running):
            when_done(each.result())
    return tuple(each.result() for each in running)


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()


def _run(root: Path, suite: Suite) -> SuiteResult:
    begin = time.monotonic()
    say(f"{suite.name} ...")
    path = root / suite.log
    with path.open("wb") as log:
        process = subprocess.Popen(
            command(suite.command), cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        end = Timer(DEADLINE, process.kill)
        end.start()
        _, status, usage = os.wait4(process.pid, 0)
        end.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen itself has not waited
    output = path.read_text(encoding="utf-8", errors="replace")
    used = usage.ru_utime + usage.ru_stime
    return SuiteResult(suite, process.returncode, output, time.monotonic() - begin, used)


def command(words: Iterable[str]) -> list[str]:
    """A command whose program is one of this environment, with the program's path."""
    name, *arguments = words
    return [str(Path(sys.executable).with_name(name)), *arguments]


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


def cases(root: Path, result: SuiteResult) -> tuple[Case, ...]:
    """The tests of a suite, as far as pytest reported them."""
    report = root / result.suite.report
    if not report.exists():
        return ()
    return tuple(map(Case.parse, ET.parse(report).iter("testcase")))  # noqa: S314 # pytest wrote it


def ended(result: SuiteResult) -> str:
    """A line for a suite that succeeded; all output of one that failed."""
    head = f"{'failed' if result.code else 'ok':6} {result.seconds:6.1f} s  {result.suite.name}"
    if result.code:
        return f"{head}: exited with {result.code}\n{result.output}"
    last = result.output.strip().rpartition("\n")[2].strip("= ")
    return f"{head}: {last}" if last else head


def table(root: Path, results: Sequence[SuiteResult]) -> Iterator[str]:
    """The suites by duration, the slowest tests, and how many passed, in the words that CI looks for."""
    tests = {each.suite: cases(root, each) for each in results}
    yield f"\n{'seconds':>9} {'processor':>9} {'tests':>6}  suite"
    for each in sorted(results, key=lambda each: -each.seconds):
        name = f"{each.suite.name}{', failed' if each.code else ''}"
        yield f"{each.seconds:9.1f} {each.processor:9.1f} {len(tests[each.suite]) or '':>6}  {name}"
    flat = [test for some in tests.values() for test in some]
    if flat:
        yield "\n  seconds  slowest tests"
    for test in nlargest(SLOWEST, flat, lambda test: test.seconds):
        yield f"{test.seconds:9.1f}  {test.name}"
    yield f"\n{_total(results, flat)}"


def _total(results: Iterable[SuiteResult], tests: Iterable[Case]) -> str:
    states = [each.state for each in tests]
    # A suite that fails without a failed test, as mypy does, counts as one failure.
    failed = max(states.count("failed"), sum(each.code != 0 for each in results))
    skipped = states.count("skipped")
    return f"{states.count('passed')} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
