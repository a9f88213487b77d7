"""Rolling: within one environment, instance after instance, by the service's own drain alone."""

import time

from ..events import Event
from ..outcome import Outcome
from ..side import Manner
from ..stage import Stage
from ..trial import Trial

_MANNER = Manner(at_once=False, surplus=1, drain=False)
"""The balancer is not told: it learns from the readiness of the instance that has got its SIGTERM."""


def play(stage: Stage) -> Outcome:
    """A new instance comes, an old one goes, until all are new, all the time with traffic."""
    live = stage.begin(stage.old)
    stage.platform.publish(stage.new)
    with Trial(stage) as trial:
        begin = time.monotonic()
        stage.platform.roll(live, stage.new, _MANNER)
        stage.until(lambda fleet: fleet[live].serves(stage.new.label), f"{live} is replaced")
        took = time.monotonic() - begin
        time.sleep(1.0)
    trial.expect_no_loss()
    trial.expect_releases(stage.old.label, stage.new.label)
    outcome = trial.outcome("rolling", "Rolling: instance after instance, by the service's own drain")
    least = _least(stage.instances, outcome.events)
    trial.expect(
        "at no time fewer instances serve than shall", least >= stage.instances, f"{least} at the least"
    )
    ends = [each.text for each in outcome.events if each.kind == "ended"]
    clean = [each for each in ends if each.endswith("ended with 0")]
    trial.expect("each old instance ends by itself with 0", len(clean) == stage.instances, "; ".join(ends))
    trial.figures["seconds for all instances"] = took
    return trial.outcome(outcome.name, outcome.title)


def _least(instances: int, events: tuple[Event, ...]) -> int:
    """How many instances there were that were ready and not told to end, when they were fewest."""
    count = least = instances
    for event in events:
        count += {"ready": 1, "stopping": -1, "died": -1}.get(event.kind, 0)
        least = min(least, count)
    return least
