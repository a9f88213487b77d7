"""Negative controls, which must lose requests or writes: otherwise the meter is broken and proves nothing."""

import time
from signal import Signals

from ogrom_rehearsal.environment import ReplacementStrategy
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import TestBed

from .. import fault_injection

_RATE = 100.0
_EACH_SECONDS = 0.05
"""Long enough that some request is always under way."""


def naive_kill(bed: TestBed) -> ScenarioResult:
    """Instances are replaced one after the other by SIGKILL, while the balancer sends them requests."""
    title = "Control: each instance is killed and started anew"
    return _replaced(bed, "naive-kill", title, ReplacementStrategy(False, 0, False, Signals.SIGKILL))


def no_drain(bed: TestBed) -> ScenarioResult:
    """Instances are replaced one after the other by SIGTERM, and serve on for no moment after it."""
    title = "Control: each instance stops at once, and nobody tells the balancer"
    return _replaced(bed, "no-drain", title, ReplacementStrategy(False, 0, False, Signals.SIGTERM))


def _replaced(bed: TestBed, name: str, title: str, strategy: ReplacementStrategy) -> ScenarioResult:
    settings = {**fault_injection.slow(_EACH_SECONDS), "OGROM_DRAIN_GRACE": "0"}
    careless, following = (bed.variant("careless", settings, each) for each in (bed.old, bed.new))
    fleet = bed.platform.observe()
    if fleet[fleet.live].serves(following.label):
        # So the other control has left it; the way back is as good.
        careless, following = following, careless
    live = bed.prepare(careless, warm=False)
    bed.publish(following)
    with LoadTest(bed, rate=_RATE, baseline=1.0) as test:
        bed.platform.roll(live, following, strategy)
        bed.platform.until(lambda fleet: fleet[live].serves(following.label), f"{live} is replaced")
        time.sleep(0.5)
    test.expect_loss()
    return test.result(name, title, control=True)


_SHARE = 0.2
"""Of its writes are done twice, or not at all."""

_WRITING_SECONDS = 2.0


def careless_writes(bed: TestBed) -> ScenarioResult:
    """A version that does some writes twice, and acknowledges some that it does not store."""
    bed.prepare(bed.variant("forgetful", fault_injection.careless(_SHARE)), 1, warm=False)
    with LoadTest(bed, rate=_RATE / 2, targets=(), baseline=_WRITING_SECONDS) as test:
        pass
    lost, extra = len(test.written.lost), len(test.written.extra)
    test.expect("acknowledged writes are lost, so the witness works", bool(lost), lost)
    test.expect("writes are there twice, so the witness works", bool(extra), extra)
    title = "Control: some writes are done twice, and some are acknowledged and not done"
    return test.result("careless-writes", title, control=True)
