"""An instance is killed under load: what it is working on is lost, and nothing else for long."""

import time

from ogrom_deploy.load import Shot

from .. import misbehaviour
from ..outcome import Outcome
from ..stage import Stage
from ..trial import Trial

_RATE = 100.0
_EACH_SECONDS = 0.05
_EVICTION_SECONDS = 1.0


def play(stage: Stage) -> Outcome:
    """SIGKILL; the balancer evicts the instance, and the platform starts another one."""
    version = stage.variant("steady", misbehaviour.slow(_EACH_SECONDS), stage.old)
    live = stage.begin(version)
    with Trial(stage, rate=_RATE) as trial:
        victim = stage.platform.instances(live)[0]
        begun = time.monotonic()
        victim.kill()
        at = time.monotonic()
        stage.until(lambda fleet: not fleet[live].serves(version.label), "the platform sees it")
        stage.until(lambda fleet: fleet[live].serves(version.label), "it is replaced")
        replaced = time.monotonic() - at
        time.sleep(1.0)
    failed = [each for each in trial.tally.shots if each.fault]
    open_then = [each for each in trial.tally.shots if each.at <= at and each.end > begun]
    in_flight = [each for each in failed if each.at <= at]
    after = [each for each in failed if each.at > at]
    trial.expect_witness()
    trial.expect(
        "only requests fail that the dead instance had, or that came until it was evicted",
        all(_excused(each, begun) for each in failed),
        f"{trial.lost}: {len(in_flight)} of {len(open_then)} in flight, {len(after)} sent to it afterwards",
    )
    trial.expect(
        "no more than it had in flight, and a few", len(failed) <= len(open_then) + 3, f"{len(failed)} failed"
    )
    trial.figures |= {
        "failed": len(failed),
        "of them in flight": len(in_flight),
        "seconds until replaced": replaced,
    }
    return trial.outcome("instance-killed", "An instance is killed under load")


def _excused(shot: Shot, killed: float) -> bool:
    """Whether a request was under way when the instance was killed, or came before the balancer knew."""
    return shot.at <= killed + _EVICTION_SECONDS and shot.end >= killed
