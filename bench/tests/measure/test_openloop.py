"""The open loop against servers whose latency is known; what it shows of itself, too."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.measure.openloop import Kind, Latency, latencies, latency_of, profile
from ogrom_rehearsal.load import Profile, RequestResult
from ogrom_rehearsal.load.generator import Generator, Request
from ogrom_rehearsal.load.process import LoadFailed

START = Callable[[float], str]
STALL = 0.1


def seen(url: str, load: Profile, kind: type[Generator] = Generator) -> Latency:
    """What one kind of request shows."""
    results: list[RequestResult] = []
    kind(url, load, results.append).run()
    return latency_of(results)


def one_kind(rate: float, seconds: float) -> Profile:
    return profile({"": Kind(["/"])}, rate, seconds)


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

        sent = 0

        def _send(self, request: Request) -> None:
            self.sent += 1
            if self.sent == 20:
                time.sleep(STALL)  # the planted lateness
            super()._send(request)

    late = seen(stub(0.0), one_kind(200, 0.5), Stalled)
    assert late.lag > STALL * 0.8
    assert late.p99 > STALL * 0.8, "it is counted all the same"
    assert not late.is_on_time


def test_who_is_hardly_late_is_on_time() -> None:
    """Compared with what it has seen."""
    assert Latency(0.01, 0.02, 0.005, 0, 100).is_on_time
    assert not Latency(0.01, 0.02, 0.006, 0, 100).is_on_time


@pytest.mark.slow
def test_a_server_that_cannot_keep_up_is_seen(stub: START) -> None:
    """By one connection it answers a hundred a second, and two hundred come: the last wait for all before them."""
    url = stub(0.01)
    swamped = seen(url, replace(one_kind(200, 0.5), connections=1))
    assert swamped.failed == 0
    assert not swamped.is_steady
    assert swamped.p99 > 0.2
    assert seen(url, replace(one_kind(4, 2.0), connections=1)).is_steady


@pytest.mark.slow
def test_who_is_not_answered_in_time_has_failed(stub: START) -> None:
    """None is forgotten."""
    hasty = seen(stub(2.0), replace(one_kind(20, 0.2), timeout=0.1))
    assert hasty.failed == hasty.requests == 4
    assert hasty.wrong == {0: 4}


def test_nobody_who_listens_is_a_failure_of_each() -> None:
    """And no throughput of zero."""
    found = latencies("http://127.0.0.1:9", {"": Kind(["/"])}, 20, 0.2)[""]
    assert found.failed == found.requests == 4
    assert found.wrong == {0: 4}


def test_a_generator_that_ends_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    """What it printed is beside it."""
    with pytest.raises(LoadFailed, match="ended with code 1"):
        latencies("http://127.0.0.1:9", {}, 20, 0.2)
    assert "IndexError" in capfd.readouterr().err
