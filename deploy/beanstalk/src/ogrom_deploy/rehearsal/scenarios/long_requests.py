"""Requests of 800 ms: those that are under way on the old side finish there, although it is taken down behind them."""

from dataclasses import replace

from ogrom_deploy.load import Target

from .. import misbehaviour
from ..outcome import Outcome
from ..stage import TARGETS, Stage
from ..trial import Trial

_SECONDS = 0.8
_RATE = 60.0
_TARGETS = (*TARGETS, Target(f"/v1/de-DE/products/3?rehearsal-delay={_SECONDS}", 4, contains='"id":3'))


def play(stage: Stage) -> Outcome:
    """A deploy that takes the old side down as soon as it has no new traffic."""
    before = stage.variant("long-a", misbehaviour.obedient(), stage.old)
    after = stage.variant("long-b", misbehaviour.obedient())
    stage.begin(before)
    policy = replace(stage.policy, drain=0.0, scale_down=0)
    with Trial(stage, rate=_RATE, targets=_TARGETS) as trial:
        finished = stage.deployment(policy=policy).apply(after)
    trial.expect_no_loss()
    trial.expect_releases(before.label, after.label)
    trial.expect("the deploy comes to its end", finished.outcome == "done", finished.reason or "done")
    long = [each for each in trial.tally.shots if each.path == _TARGETS[-1].path]
    trial.expect(
        "they take as long as asked for",
        bool(long) and all(each.seconds >= _SECONDS for each in long),
        f"{len(long)} requests of {_SECONDS:g} s or more",
    )
    return trial.outcome("long-requests", "Requests of 800 ms, and an old side that goes at once")
