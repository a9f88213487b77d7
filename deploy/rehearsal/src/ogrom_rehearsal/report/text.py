"""The results as text: a line, a terminal's table, JSON, Markdown; and what the rehearsal ran on."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ogrom.sources.testing import find_program
from ogrom_deploy.ports import PlatformError
from ogrom_rehearsal.results import ScenarioResult


def facts(command: str) -> Mapping[str, str]:
    """The machine and the versions that the figures depend on.

    Args:
        command: what was typed.
    """
    return {
        "command": command,
        "time": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processors": f"{len(os.sched_getaffinity(0))} x {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "load of the last minute, before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "HAProxy": _version("haproxy", "-v"),
        "MariaDB": _version("mariadbd", "--version"),
    }


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1] if found else platform.machine()


def _version(program: str, option: str) -> str:
    if not (found := find_program(program)):
        return "not installed"
    done = subprocess.run((found, option), check=False, capture_output=True, text=True, timeout=10)
    version = re.search(r"\d+\.\d+\.\d+\S*", done.stdout)
    return version[0] if version else "unknown"


def line(results: Sequence[ScenarioResult]) -> str:
    """All results in one line."""
    ours = [each for each in results if not each.control]
    controls = [each for each in results if each.control]
    sent = sum(each.summary.planned for each in ours)
    broken = [each.name for each in results if not each.passed]
    goals = [goal for each in results for goal in each.goals]
    missed = [str(goal) for goal in goals if not goal.met]
    failed, expected = (
        sum(each.summary.failed for each in ours if each.passed is well) for well in (False, True)
    )
    parts = [
        f"{len(results) - len(broken)} of {len(results)} scenarios hold",
        f"{sent:,} requests, {failed} failed" + (f" and {expected} did that had to" if expected else ""),
    ]
    if controls:
        parts.append(
            f"{sum(each.summary.failed for each in controls)} lost by {len(controls)} "
            f"control{'s' * (len(controls) > 1)}, as must be"
        )
    if goals:
        parts.append(f"{len(goals) - len(missed)} of {len(goals)} targets met")
    if broken:
        parts.append(f"NOT: {', '.join(broken)}")
    if missed:
        parts.append(f"missed: {', '.join(missed)}")
    return "; ".join(parts)


def failures(result: ScenarioResult) -> str:
    """How many requests failed, and whether they had to."""
    failed = result.summary.failed
    return f"{failed:,}{' as must be' if failed and result.passed else ''}"


def table(result: ScenarioResult) -> Iterator[str]:
    """A scenario's checks and targets, a line each."""
    yield f"{'ok' if result.passed else 'BROKEN'}: {result.title} ({result.end - result.begin:.0f} s)"
    for check in result.checks:
        yield f"  {'ok' if check.holds else 'NO'}  {check.what}: {check.found}"
    for goal in result.goals:
        yield f"  {'met' if goal.met else 'missed'}  {goal}{f': {goal.told}' if goal.told else ''}"


def document(facts: Mapping[str, str], results: Sequence[ScenarioResult]) -> str:
    """All figures, for programs."""
    return json.dumps({"facts": dict(facts), "scenarios": [_scenario(each) for each in results]}, indent=2)


def _scenario(result: ScenarioResult) -> dict[str, Any]:
    summary = result.summary
    return {
        "name": result.name,
        "title": result.title,
        "passed": result.passed,
        "control": result.control,
        "seconds": result.end - result.begin,
        "requests": summary.planned,
        "failed": summary.failed,
        "faults": dict(summary.faults),
        "releases": dict(summary.releases),
        "p50": summary.percentile(50),
        "p99": summary.percentile(99),
        "generator_lag_p99": summary.lag,
        "checks": [{"what": each.what, "holds": each.holds, "found": each.found} for each in result.checks],
        "targets": [
            {"what": each.what, "value": each.value, "limit": each.limit, "unit": each.unit, "met": each.met}
            for each in result.goals
        ],
        "figures": dict(result.figures),
        "events": [
            {"at": each.at - result.begin, "kind": each.kind, "colour": each.colour, "text": each.text}
            for each in result.timeline
        ],
    }


BEGIN = "<!-- figures: written by `./dev rehearse --docs docs` -->"
END = "<!-- end of figures -->"

_TOLD = ("command", "instances", "time", "processors", "Python", "HAProxy", "MariaDB")


def figures(facts: Mapping[str, str], results: Sequence[ScenarioResult]) -> str:
    """The tables in Markdown."""
    return "\n".join((*_scenarios(results), "", *_goals(results), "", *_facts(facts)))


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


def _scenarios(results: Sequence[ScenarioResult]) -> Iterator[str]:
    yield "| scenario | requests | failed | p50 | p99 | |"
    yield "|---|---:|---:|---:|---:|---|"
    for each in results:
        summary = each.summary
        times = (f"{summary.percentile(percent) * 1000:.1f} ms" for percent in (50, 99))
        verdict = "holds" if each.passed else "**broken**"
        yield " | ".join((f"| {each.title}", f"{summary.planned:,}", failures(each), *times, f"{verdict} |"))


def _goals(results: Sequence[ScenarioResult]) -> Iterator[str]:
    yield "| target | measured | at most | |"
    yield "|---|---:|---:|---|"
    for each in (goal for result in results for goal in result.goals):
        met = "met" if each.met else "missed"
        told = f"{met}: {each.told}" if each.told else met
        yield f"| {each.what} | {each.value:.2f} {each.unit} | {each.limit:g} {each.unit} | {told} |"


def _facts(facts: Mapping[str, str]) -> Iterator[str]:
    yield ", ".join(f"{key} `{facts[key]}`" for key in _TOLD if key in facts) + "."
