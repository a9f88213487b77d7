"""A slow version: it is healthy, and the gate on p99 leads the traffic back."""

from dataclasses import replace

from .. import misbehaviour
from ..outcome import Outcome
from ..stage import POLICY, Stage
from ..trial import Trial

_SLOWER = 0.6
"""Seconds for each request; the limits are below."""


def play(stage: Stage) -> Outcome:
    """The deploy program sees what clients get, and gives them the old version again."""
    stage.begin(stage.old)
    slow = stage.variant("slow", misbehaviour.slow(_SLOWER))
    # Warming up what is evenly slow takes long, and is not what this is about.
    policy = replace(stage.policy, warm_up=stage.policy.warm_up[:1], limits=POLICY.limits)
    with Trial(stage) as trial:
        finished = stage.deployment(policy=policy).apply(slow)
    trial.expect_no_loss()
    trial.expect(
        "the gate on p99 leads back",
        (finished.outcome, finished.version) == ("aborted", stage.old.label) and "p99" in finished.reason,
        f"{finished.outcome}: {finished.reason}",
    )
    share = trial.tally.releases.get(slow.label, 0) / len(trial.tally.shots)
    trial.expect("few clients had the slow version", 0.0 < share < 0.2, f"{share:.1%} of all requests")
    trial.figures["share of slow answers"] = share
    return trial.outcome("slow-version", "A slow version: the gate on p99 leads back")
