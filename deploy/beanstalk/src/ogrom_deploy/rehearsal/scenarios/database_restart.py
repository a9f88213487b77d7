"""The database is restarted during a deploy: what is in memory is served on, the rest is 503 and counted apart."""

import threading
import time
from dataclasses import replace

from ogrom_deploy.events import Event, Shifted
from ogrom_deploy.load import Shot

from ..outcome import Outcome
from ..stage import Stage
from ..trial import Trial

_OUTAGE_SECONDS = 2.0
_BREAKER_SECONDS = 5.0
"""For so long the service leaves a database alone that has failed; OGROM_BREAKER_REST."""

_FROM_MEMORY = ("/v1/de-DE/products", "/v1/de-DE/categories", "/v1/de-DE/users")
"""What no client changes, so that the service may answer it from memory."""


def play(stage: Stage) -> Outcome:
    """It stops while half of the traffic is on the new version, and comes back after a moment."""
    stage.begin(stage.old)
    outage: list[float] = []
    restart = threading.Thread(target=_restart, args=(stage, outage))

    def tell(event: Event) -> None:
        if isinstance(event, Shifted) and set(event.weights.values()) == {50}:
            restart.start()

    # Readiness says that the database is away; who left the side at once would leave both.
    policy = replace(stage.policy, patience=15.0)
    with Trial(stage) as trial:
        finished = stage.deployment(tell, policy).apply(stage.new)
        restart.join()
        time.sleep(_BREAKER_SECONDS + 2.0)
        fleet = stage.platform.observe()
    failed = [each for each in trial.tally.shots if each.fault]
    excused = [each for each in failed if _excused(each, *outage)]
    trial.expect_witness()
    trial.expect(
        "only what is never in memory fails, with 503, while the database is away",
        len(excused) == len(failed),
        f"{trial.lost}; {len(excused)} of them as expected",
    )
    answered = sum(
        not each.fault and each.path.startswith(_FROM_MEMORY)
        for each in trial.tally.between(outage[0], outage[1]).shots
    )
    trial.expect("what is in memory is served meanwhile", answered > 0, f"{answered} answers")
    trial.expect("the database's absence is felt", bool(failed), f"{len(failed)} requests")
    live = fleet[fleet.live]
    trial.expect(
        "in the end one healthy version has all traffic",
        100 in fleet.weights.values() and live.serves(live.version),
        f"{live.version}; the deploy program says {finished.outcome} {finished.reason}".strip(),
    )
    trial.figures |= {"seconds without a database": outage[1] - outage[0], "expected failures": len(excused)}
    return trial.outcome("database-restart", "The database is restarted during a deploy")


def _restart(stage: Stage, outage: list[float]) -> None:
    stage.platform.events.add("note", "the database stops")
    outage.append(time.monotonic())
    stage.database.stop()
    time.sleep(_OUTAGE_SECONDS)
    stage.database.start()
    outage.append(time.monotonic())
    stage.platform.events.add("note", "the database is back")


def _excused(shot: Shot, stopped: float, back: float) -> bool:
    """Whether a request needed the database while it was away, or before anybody tried it again."""
    needed = not shot.path.startswith(_FROM_MEMORY)
    return needed and shot.status == 503 and shot.end >= stopped and shot.at <= back + _BREAKER_SECONDS + 1.0
