"""What a picture shows, as numbers over time from the begin of the load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogrom_deploy.load import Shot, Tally

from ..outcome import Outcome

_MOST_STEPS = 240
_LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class Series:
    """A scenario over time, in seconds from its begin.

    Attributes:
        times: the middle of each step.
        step: how long each is.
        rates: answers a second by release, in each step; by when the requests were to start.
        p50, p99: of each step, in milliseconds; nan where there were no requests.
        failures: when a request that failed was to start.
        weights: when green got which share, in percent.
        phases: when each phase began, and what it is.
    """

    times: Sequence[float]
    step: float
    rates: Mapping[str, Sequence[float]]
    p50: Sequence[float]
    p99: Sequence[float]
    failures: Sequence[float]
    weights: Sequence[tuple[float, int]]
    phases: Sequence[tuple[float, str]]


def series(outcome: Outcome) -> Series:
    """Of a scenario."""
    length = outcome.end - outcome.begin
    step = max(length / _MOST_STEPS, _LEAST_SECONDS)
    # The last step is not whole: its rate would look like a fall.
    count = max(int(length / step), 1)
    steps: list[list[Shot]] = [[] for _ in range(count)]
    for shot in outcome.tally.shots:
        if (index := int((shot.at - outcome.begin) / step)) < count:
            steps[index].append(shot)
    tallies = [Tally.of(each) for each in steps]
    # In the order in which they came, so that the first one lies below.
    releases = dict.fromkeys(each.release for each in outcome.tally.shots if each.release)
    return Series(
        times=[(index + 0.5) * step for index in range(count)],
        step=step,
        rates={each: [tally.releases.get(each, 0) / step for tally in tallies] for each in releases},
        p50=[_milliseconds(tally, 50) for tally in tallies],
        p99=[_milliseconds(tally, 99) for tally in tallies],
        failures=[each.at - outcome.begin for each in outcome.tally.shots if each.fault],
        weights=[(each.at - outcome.begin, each.green) for each in outcome.events if each.kind == "weights"],
        phases=[(each.at - outcome.begin, each.text) for each in outcome.events if each.kind == "phase"],
    )


def _milliseconds(tally: Tally, percent: float) -> float:
    return tally.percentile(percent) * 1000 if tally.shots else float("nan")
