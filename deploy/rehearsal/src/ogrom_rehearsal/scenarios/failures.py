"""Failures under load: an instance is killed, the database is restarted during a deploy."""

import threading
import time
from dataclasses import replace

from ogrom_deploy.events import Event, Shifted
from ogrom_rehearsal.load import RequestResult
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import TestBed

from .. import fault_injection

_RATE = 100.0
_EACH_SECONDS = 0.05
_EVICTION_SECONDS = 1.0


def instance_killed(bed: TestBed) -> ScenarioResult:
    """SIGKILL; the balancer evicts the instance, and the platform starts another one."""
    version = bed.variant("steady", fault_injection.slow(_EACH_SECONDS), bed.old)
    live = bed.prepare(version)
    with LoadTest(bed, rate=_RATE) as test:
        victim = bed.platform.instances(live)[0]
        begun = time.monotonic()
        victim.kill()
        at = time.monotonic()
        bed.platform.until(lambda fleet: not fleet[live].serves(version.label), "the platform sees it")
        bed.platform.until(lambda fleet: fleet[live].serves(version.label), "it is replaced")
        replaced = time.monotonic() - at
        time.sleep(1.0)
    failed = [each for each in test.summary.results if each.fault]
    open_then = [each for each in test.summary.results if each.at <= at and each.end > begun]
    in_flight = [each for each in failed if each.at <= at]
    after = [each for each in failed if each.at > at]
    test.expect_cross_check()
    test.expect(
        "only requests fail that the dead instance had, or that came until it was evicted",
        all(_lost_with_it(each, begun) for each in failed),
        f"{test.lost}: {len(in_flight)} of {len(open_then)} in flight, {len(after)} sent to it afterwards",
    )
    test.expect(
        "no more than it had in flight, and a few", len(failed) <= len(open_then) + 3, f"{len(failed)} failed"
    )
    test.figures |= {
        "failed": len(failed),
        "of them in flight": len(in_flight),
        "seconds until replaced": replaced,
    }
    return test.result("instance-killed", "An instance is killed under load")


def _lost_with_it(result: RequestResult, killed: float) -> bool:
    """Whether a request was under way when the instance was killed, or came before the balancer knew."""
    return result.at <= killed + _EVICTION_SECONDS and result.end >= killed


_OUTAGE_SECONDS = 2.0
_BREAKER_SECONDS = 5.0
"""Seconds for which the service does not ask a database that has failed; OGROM_BREAKER_REST."""

_FROM_MEMORY = ("/v1/de-DE/products", "/v1/de-DE/categories", "/v1/de-DE/users")
"""What no client changes, so that the service may answer it from memory."""


def database_restart(bed: TestBed) -> ScenarioResult:
    """It stops while half of the traffic is on the new version, and comes back after a moment."""
    bed.prepare(bed.old)
    outage: list[float] = []
    restart = threading.Thread(target=_restart, args=(bed, outage))

    def tell(event: Event) -> None:
        if isinstance(event, Shifted) and set(event.weights.values()) == {50}:
            restart.start()

    # Readiness says that the database is away; who left the side at once would leave both.
    policy = replace(bed.policy, patience=15.0)
    with LoadTest(bed) as test:
        finished = bed.deployment(tell, policy).apply(bed.new)
        restart.join()
        time.sleep(_BREAKER_SECONDS + 2.0)
        fleet = bed.platform.observe()
    failed = [each for each in test.summary.results if each.fault]
    excused = [each for each in failed if _needed_the_database(each, *outage)]
    test.expect_cross_check()
    test.expect(
        "only what is never in memory fails, with 503 (or 504, for a write), while the database is away",
        len(excused) == len(failed),
        f"{test.lost}; {len(excused)} of them as expected",
    )
    answered = sum(
        not each.fault and each.path.startswith(_FROM_MEMORY)
        for each in test.summary.between(outage[0], outage[1]).results
    )
    test.expect("what is in memory is served meanwhile", answered > 0, f"{answered} answers")
    test.expect("the database's absence is felt", bool(failed), f"{len(failed)} requests")
    live = fleet[fleet.live]
    test.expect(
        "in the end one healthy version has all traffic",
        100 in fleet.weights.values() and live.serves(live.version),
        f"{live.version}; the deploy program says {finished.outcome} {finished.reason}".strip(),
    )
    test.figures |= {"seconds without a database": outage[1] - outage[0], "expected failures": len(excused)}
    return test.result("database-restart", "The database is restarted during a deploy")


def _restart(bed: TestBed, outage: list[float]) -> None:
    bed.platform.timeline.add("note", "the database stops")
    outage.append(time.monotonic())
    bed.database.stop()
    time.sleep(_OUTAGE_SECONDS)
    bed.database.start()
    outage.append(time.monotonic())
    bed.platform.timeline.add("note", "the database is back")


def _needed_the_database(result: RequestResult, stopped: float, back: float) -> bool:
    """Whether a request needed the database while it was away, or before the service tried it again."""
    needed = not result.path.startswith(_FROM_MEMORY)
    return (
        needed
        and result.status in ((503, 504) if result.write else (503,))
        and result.end >= stopped
        and result.at <= back + _BREAKER_SECONDS + 1.0
    )
