"""Large, slow downloads: each comes whole, although the old side is taken down behind it."""

from dataclasses import replace

from ogrom_deploy.load import Target

from .. import misbehaviour
from ..outcome import Outcome
from ..stage import TARGETS, Stage
from ..trial import Trial

_PARTS = 20
_BYTES = _PARTS * misbehaviour.PART_BYTES
_RATE = 40.0
_DOWNLOAD = Target("/rehearsal/download", 1.6)
"""One request in eleven: four a second, each of two seconds."""


def play(stage: Stage) -> Outcome:
    """A deploy that takes the old side down as soon as it has no new traffic."""
    before = stage.variant("large-a", misbehaviour.downloads(_PARTS), stage.old)
    after = stage.variant("large-b", misbehaviour.downloads(_PARTS))
    stage.begin(before)
    # A download is no slow page; the gate on p99 knows no difference.
    limits = replace(stage.policy.limits, p99=10.0, p99_floor=10.0)
    policy = replace(stage.policy, drain=0.0, scale_down=0, limits=limits)
    with Trial(stage, rate=_RATE, targets=(*TARGETS, _DOWNLOAD)) as trial:
        finished = stage.deployment(policy=policy).apply(after)
    trial.expect_no_loss()
    trial.expect_releases(before.label, after.label)
    trial.expect("the deploy comes to its end", finished.outcome == "done", finished.reason or "done")
    sizes = [each.size for each in trial.tally.shots if each.path == _DOWNLOAD.path]
    trial.expect(
        "each download is whole",
        bool(sizes) and all(each == _BYTES for each in sizes),
        f"{len(sizes)} of {_BYTES / 1e6:.1f} MB",
    )
    return trial.outcome("downloads", "Downloads of 5 MB in 2 s, and an old side that goes at once")
