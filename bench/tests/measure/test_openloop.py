"""The open loop against servers whose latency is known; what it shows of itself, too."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from bench.measure.openloop import Generator, GeneratorFailed, Kind, Latency, Plan, latencies, latency_of

START = Callable[[float], str]
STALL = 0.1


def plan(url: str, rate: float, seconds: float, connections: int = 256) -> Plan:
    """One kind of request."""
    return Plan(urlsplit(url).port or 0, [Kind(["/"]).requests], [1.0], rate, seconds, connections)


@pytest.mark.slow
def test_each_kind_is_counted_apart(stub: START) -> None:
    """By its share; what has no right answer is counted where it belongs."""
    kinds = {"right": Kind(["/", "/other"], 3.0, {"X-Field": "value"}), "wrong": Kind(["/missing"], 1.0)}
    found = latencies(stub(0.005), kinds, rate=200, seconds=1)
    assert sum(each.requests for each in found.values()) == 200
    assert 30 < found["wrong"].requests < 70
    assert (found["right"].failed, found["wrong"].failed) == (0, found["wrong"].requests)
    assert found["wrong"].wrong == {404: found["wrong"].requests}
    assert all(0.005 < each.p50 <= each.p99 for each in found.values())


@pytest.mark.slow
def test_a_generator_that_is_late_says_so(stub: START) -> None:
    """It was held up for a while itself: the latency of those that were to be sent then is none of the server's."""

    class Stalled(Generator):
        """Is held up once."""

        def _send(self, number: int, lag: float) -> None:
            if number == 20:
                time.sleep(STALL)  # the planted lateness
            super()._send(number, lag)

    seen = latency_of(Stalled(plan(stub(0.0), 200, 0.5)).run())
    assert seen.lag > STALL * 0.8
    assert seen.p99 > STALL * 0.8, "it is counted all the same"
    assert not seen.is_on_time


def test_who_is_hardly_late_is_on_time() -> None:
    """Compared with what it has seen."""
    assert Latency(0.01, 0.02, 0.005, 0, 100).is_on_time
    assert not Latency(0.01, 0.02, 0.006, 0, 100).is_on_time


@pytest.mark.slow
def test_a_server_that_cannot_keep_up_is_seen(stub: START) -> None:
    """By one connection it answers a hundred a second, and two hundred come: the last wait for all before them."""
    url = stub(0.01)
    seen = latency_of(Generator(plan(url, 200, 0.5, connections=1)).run())
    assert seen.failed == 0
    assert not seen.is_steady
    assert seen.p99 > 0.2
    assert latency_of(Generator(plan(url, 20, 0.5, connections=1)).run()).is_steady


@pytest.mark.slow
def test_who_is_not_answered_in_time_has_failed(stub: START) -> None:
    """None is forgotten."""
    late = plan(stub(2.0), 20, 0.2)
    hasty = Plan(late.port, late.requests, late.shares, late.rate, late.seconds, patience=0.1)
    seen = latency_of(Generator(hasty).run())
    assert seen.failed == seen.requests == 4


def test_nobody_who_listens_is_a_failure_of_each() -> None:
    """And no throughput of zero."""
    seen = latencies("http://127.0.0.1:9", {"": Kind(["/"])}, 20, 0.2)[""]
    assert seen.failed == seen.requests == 4
    assert seen.wrong == {0: 4}


def test_a_generator_that_ends_is_an_error() -> None:
    """With what it said."""
    with pytest.raises(GeneratorFailed, match="IndexError"):
        latencies("http://127.0.0.1:9", {}, 20, 0.2)
