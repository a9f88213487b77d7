"""A failing version: it says that it is healthy, and the gate on errors leads the traffic back."""

from dataclasses import replace

from .. import misbehaviour
from ..outcome import Outcome
from ..stage import Stage
from ..trial import Trial

_SHARE = 0.5
"""Of its requests end with 500."""


def play(stage: Stage) -> Outcome:
    """The deploy program sees it while few clients do."""
    stage.begin(stage.old)
    failing = stage.variant("failing", misbehaviour.failing(_SHARE))
    # Its smoke test and warm-up would find it out before any client does: they ask for what it still can.
    policy = replace(stage.policy, smoke=("/health/ready",), warm_up=("/health/ready",))
    with Trial(stage) as trial:
        finished = stage.deployment(policy=policy).apply(failing)
    failed = [each for each in trial.tally.shots if each.fault]
    trial.expect_witness()
    trial.expect(
        "the gate on errors leads back",
        (finished.outcome, finished.version) == ("aborted", stage.old.label) and "failed" in finished.reason,
        f"{finished.outcome}: {finished.reason}",
    )
    trial.expect(
        "only the failing version fails",
        bool(failed) and all(each.release == failing.label for each in failed),
        trial.lost,
    )
    share = len(failed) / len(trial.tally.shots)
    trial.expect("few clients meet it", share < 0.02, f"{share:.2%} of all requests")
    trial.figures["share of failed requests"] = share
    return trial.outcome("failing-version", "A failing version: the gate on errors leads back")
