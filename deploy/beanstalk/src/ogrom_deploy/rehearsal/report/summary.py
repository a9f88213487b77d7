"""The outcomes in a line, in a table for a terminal, and in JSON for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..outcome import Outcome


def line(outcomes: Sequence[Outcome]) -> str:
    """All of it in one line."""
    ours = [each for each in outcomes if not each.control]
    controls = [each for each in outcomes if each.control]
    sent = sum(each.tally.planned for each in ours)
    broken = [each.name for each in outcomes if not each.passed]
    goals = [goal for each in outcomes for goal in each.goals]
    missed = [str(goal) for goal in goals if not goal.met]
    failed, expected = (
        sum(each.tally.failed for each in ours if each.passed is well) for well in (False, True)
    )
    parts = [
        f"{len(outcomes) - len(broken)} of {len(outcomes)} scenarios hold",
        f"{sent:,} requests, {failed} failed" + (f" and {expected} did that had to" if expected else ""),
    ]
    if controls:
        parts.append(
            f"{sum(each.tally.failed for each in controls)} lost by {len(controls)} "
            f"control{'s' * (len(controls) > 1)}, as must be"
        )
    if goals:
        parts.append(f"{len(goals) - len(missed)} of {len(goals)} targets met")
    if broken:
        parts.append(f"NOT: {', '.join(broken)}")
    if missed:
        parts.append(f"missed: {', '.join(missed)}")
    return "; ".join(parts)


def failures(outcome: Outcome) -> str:
    """How many requests failed, and whether that is as it must be."""
    failed = outcome.tally.failed
    return f"{failed:,}{' as must be' if failed and outcome.passed else ''}"


def table(outcome: Outcome) -> Iterator[str]:
    """A scenario's checks and targets, a line each."""
    yield f"{'ok' if outcome.passed else 'BROKEN'}: {outcome.title} ({outcome.end - outcome.begin:.0f} s)"
    for check in outcome.checks:
        yield f"  {'ok' if check.holds else 'NO'}  {check.what}: {check.found}"
    for goal in outcome.goals:
        yield f"  {'met' if goal.met else 'missed'}  {goal}{f': {goal.told}' if goal.told else ''}"


def document(facts: Mapping[str, str], outcomes: Sequence[Outcome]) -> str:
    """All figures, for programs."""
    return json.dumps({"facts": dict(facts), "scenarios": [_scenario(each) for each in outcomes]}, indent=2)


def _scenario(outcome: Outcome) -> dict[str, Any]:
    tally = outcome.tally
    return {
        "name": outcome.name,
        "title": outcome.title,
        "passed": outcome.passed,
        "control": outcome.control,
        "seconds": outcome.end - outcome.begin,
        "requests": tally.planned,
        "failed": tally.failed,
        "faults": dict(tally.faults),
        "releases": dict(tally.releases),
        "p50": tally.percentile(50),
        "p99": tally.percentile(99),
        "generator_lag_p99": tally.lag,
        "checks": [{"what": each.what, "holds": each.holds, "found": each.found} for each in outcome.checks],
        "targets": [
            {"what": each.what, "value": each.value, "limit": each.limit, "unit": each.unit, "met": each.met}
            for each in outcome.goals
        ],
        "figures": dict(outcome.figures),
        "events": [
            {"at": each.at - outcome.begin, "kind": each.kind, "colour": each.colour, "text": each.text}
            for each in outcome.events
        ],
    }
