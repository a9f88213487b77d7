"""Negative controls: what must lose requests. Where it does not, the meter is broken and proves nothing."""

import time
from signal import Signals

from .. import misbehaviour
from ..outcome import Outcome
from ..side import Manner
from ..stage import Stage
from ..trial import Trial

_RATE = 100.0
_EACH_SECONDS = 0.05
"""So long that there always is something under way."""


def naive_kill(stage: Stage) -> Outcome:
    """Instances are replaced one after the other by SIGKILL, while the balancer sends them requests."""
    title = "Control: each instance is killed and started anew"
    return _replaced(stage, "naive-kill", title, Manner(False, 0, False, Signals.SIGKILL))


def no_drain(stage: Stage) -> Outcome:
    """Instances are replaced one after the other by SIGTERM, and serve on for no moment after it."""
    title = "Control: each instance stops at once, and nobody tells the balancer"
    return _replaced(stage, "no-drain", title, Manner(False, 0, False, Signals.SIGTERM))


def _replaced(stage: Stage, name: str, title: str, manner: Manner) -> Outcome:
    settings = {**misbehaviour.slow(_EACH_SECONDS), "OGROM_DRAIN_GRACE": "0"}
    careless, following = (stage.variant("careless", settings, each) for each in (stage.old, stage.new))
    fleet = stage.platform.observe()
    if fleet[fleet.live].serves(following.label):
        # So the other control has left it; the way back is as good.
        careless, following = following, careless
    live = stage.begin(careless, warm=False)
    stage.platform.publish(following)
    with Trial(stage, rate=_RATE, quiet=1.0) as trial:
        stage.platform.roll(live, following, manner)
        stage.until(lambda fleet: fleet[live].serves(following.label), f"{live} is replaced")
        time.sleep(0.5)
    trial.expect_loss()
    return trial.outcome(name, title, control=True)
