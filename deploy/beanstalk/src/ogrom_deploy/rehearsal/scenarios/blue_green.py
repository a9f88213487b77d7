"""Blue/green: the deploy program brings a version to all of the traffic; several times in a row, if asked for."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ogrom_deploy.events import Finished
from ogrom_deploy.load import Shot, Tally

from ..outcome import FIRST_ENDS, Outcome
from ..stage import Stage
from ..trial import Trial

_LATE = 0.5
"""A request that was to start so long before a shift may come after it: it is the load generator that was late."""


@dataclass(frozen=True)
class Deployed:
    """One deployment, by `time.monotonic()`.

    Attributes:
        label: the version's.
        quiet: when the time before it began, in which nothing happened.
        begin: of the deployment.
        first: when the version got its first share of the traffic.
        whole: when it got all of it; of one that is not done, when the traffic was divided last.
        end: of the deployment.
        finished: what the deploy program says.
    """

    label: str
    quiet: float
    begin: float
    first: float
    whole: float
    end: float
    finished: Finished


def play(stage: Stage) -> Outcome:
    """The new version over the old one, and so on in turn."""
    stage.begin(stage.old)
    count = stage.deploys
    with Trial(stage) as trial:
        done = [_deployed(stage, number) for number in range(count)]
        time.sleep(1.0)
    trial.expect_no_loss()
    trial.expect_releases(stage.old.label, stage.new.label)
    _judge_order(trial, done)
    _judge_speed(trial, done, stage.installing)
    title = "A deploy under load" if count == 1 else f"{count} deploys in a row under load"
    return trial.outcome("blue-green", f"Blue/green: {title[0].lower()}{title[1:]}")


def _deployed(stage: Stage, number: int) -> Deployed:
    version = stage.old if number % 2 else stage.new
    quiet = time.monotonic()
    time.sleep(stage.quiet)
    begin = time.monotonic()
    finished = stage.deployment().apply(version)
    end = time.monotonic()
    shifts = [each for each in stage.platform.events.between(begin, end) if each.kind == "weights"]
    first, whole = (shifts[0].at, shifts[-1].at) if shifts else (end, end)
    return Deployed(version.label, quiet, begin, first, whole, end, finished)


def _judge_order(trial: Trial, done: Sequence[Deployed]) -> None:
    """Nobody is answered by a version before it gets traffic, and nobody by the other once it has all of it."""
    unfinished = [each for each in done if each.finished.outcome != "done"]
    told = "; ".join(f"{each.label}: {each.finished.reason}" for each in unfinished)
    trial.expect("every deploy comes to its end", not unfinished, told or f"{len(done)} done")
    wrong = [shot for each in done for shot in _strange(trial.tally, each)]
    trial.expect("no version answers before or after its time", not wrong, f"{len(wrong)} answers")


def _strange(tally: Tally, each: Deployed) -> list[Shot]:
    early = tally.between(each.quiet, each.first, each.label).shots
    late = [shot for shot in tally.between(each.whole + _LATE, each.end).shots if shot.status]
    return [
        *(shot for shot in early if shot.end < each.first),
        *(shot for shot in late if shot.release != each.label),
    ]


def _judge_speed(trial: Trial, done: Sequence[Deployed], installing: float) -> None:
    tally = trial.tally
    quiet = _joined(tally.between(each.quiet, each.begin) for each in done)
    during = _joined(tally.between(each.begin, each.end) for each in done)
    first = _joined(tally.between(each.first, each.end, each.label).first(100) for each in done)
    steady = max(quiet.percentile(99), 1e-9)
    took = [each.whole - each.begin for each in done]
    trial.figures |= {
        "p99 before": quiet.percentile(99),
        "p99 during": during.percentile(99),
        "p99 of the first 100": first.percentile(99),
        "p50 before": quiet.percentile(50),
        "p50 during": during.percentile(50),
        "deploys": len(done),
        FIRST_ENDS: done[0].end - trial.begin,
        "to 100 %, slowest": max(took),
    }
    told = f"{during.percentile(99) * 1000:.0f} ms, and {steady * 1000:.0f} ms before"
    trial.aim("p99 during a deploy, compared with before", during.percentile(99) / steady, 2.0, "x", told)
    told = f"{first.percentile(99) * 1000:.0f} ms"
    trial.aim("p99 of the first 100 requests on a new side", first.percentile(99) / steady, 1.5, "x", told)
    told = f"{installing:.1f} s to install it, {max(took):.1f} s to deploy it, the slowest of {len(took)}"
    trial.aim("from the commit to 100 % of the traffic", installing + max(took), 60.0, "s", told)


def _joined(tallies: Iterable[Tally]) -> Tally:
    return Tally.of(shot for each in tallies for shot in each.shots)
