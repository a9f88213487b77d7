"""Bad versions: one that ends when it is started, and one that is never ready. Neither gets any traffic."""

from dataclasses import replace

from .. import misbehaviour
from ..outcome import Outcome
from ..stage import Stage
from ..trial import Trial

_HEALTH_SECONDS = 8.0


def play(stage: Stage) -> Outcome:
    """The deploy program tries both, and gives both up."""
    stage.begin(stage.old)
    ending = stage.variant("ending", misbehaviour.ending())
    unready = stage.variant("unready", misbehaviour.unready())
    policy = replace(stage.policy, health_timeout=_HEALTH_SECONDS, order_timeout=_HEALTH_SECONDS)
    with Trial(stage) as trial:
        for version in (ending, unready):
            finished = stage.deployment(policy=policy).apply(version)
            trial.expect(
                f"{version.label} is given up",
                (finished.outcome, finished.version) == ("aborted", stage.old.label),
                f"{finished.outcome}: {finished.reason}",
            )
    trial.expect_no_loss()
    trial.expect_releases(stage.old.label)
    outcome = trial.outcome("bad-version", "A bad version: it never gets any traffic")
    # The first one says how it was at the begin.
    shifts = [each.text for each in outcome.events if each.kind == "weights"][1:]
    trial.expect("no traffic is shifted", not shifts, "; ".join(shifts) or "never")
    return trial.outcome(outcome.name, outcome.title)
