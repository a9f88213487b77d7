"""Rollback: half-way, when somebody stops the deploy program, and after the end."""

import time

from ogrom_deploy.events import Aborting, Event, Finished, Listener, Shifted

from ..outcome import Outcome
from ..stage import Stage
from ..trial import Trial

_MOST_SECONDS = 5.0


def play(stage: Stage) -> Outcome:
    """Somebody stops it at half of the traffic; then it is deployed to the end, and rolled back."""
    stage.begin(stage.old)
    times: dict[str, float] = {}
    with Trial(stage) as trial:
        half = stage.deployment(_stopping_at_half(times)).apply(stage.new)
        aborted = time.monotonic()
        time.sleep(1.0)
        done = stage.deployment().apply(stage.new)
        ordered = time.monotonic()
        back = stage.deployment(_shifted(times)).rollback()
        time.sleep(1.0)
        fleet = stage.platform.observe()
    trial.expect_no_loss()
    trial.expect_releases(stage.old.label, stage.new.label)
    _expect(trial, "stopped at half of the traffic, it leads back", half, "aborted", stage.old.label)
    _expect(trial, "afterwards it goes on to the end", done, "done", stage.new.label)
    _expect(trial, "the rollback brings the old version back", back, "done", stage.old.label)
    live = fleet[fleet.live]
    trial.expect(
        "all traffic is on the old version",
        fleet.weights[fleet.live] == 100 and live.serves(stage.old.label),
        f"{fleet.weights[fleet.live]} % on {live.version}",
    )
    trial.aim("abort half-way", aborted - times["aborting"], _MOST_SECONDS, "s", "from the word to the end")
    trial.aim("rollback to 100 %", times["shifted"] - ordered, _MOST_SECONDS, "s", "from the order")
    return trial.outcome("rollback", "Rollback: half-way, and after the end")


def _expect(trial: Trial, what: str, finished: Finished, outcome: str, version: str) -> None:
    found = f"{finished.outcome}, {finished.version} is live"
    trial.expect(what, (finished.outcome, finished.version) == (outcome, version), found)


def _stopping_at_half(times: dict[str, float]) -> Listener:
    """Presses Ctrl-C when half of the traffic is on the new version."""

    def tell(event: Event) -> None:
        if isinstance(event, Aborting):
            times["aborting"] = time.monotonic()
        if isinstance(event, Shifted) and set(event.weights.values()) == {50}:
            raise KeyboardInterrupt

    return tell


def _shifted(times: dict[str, float]) -> Listener:
    def tell(event: Event) -> None:
        if isinstance(event, Shifted) and 100 in event.weights.values():
            times["shifted"] = time.monotonic()

    return tell
