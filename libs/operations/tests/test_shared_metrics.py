"""What several processes count together."""

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families

from ogrom.operations.metrics import Metrics
from ogrom.operations.requests import Served
from ogrom.operations.shared_metrics import AllWorkers, SharedMetrics
from ogrom.server import State


@pytest.fixture(autouse=True)
def _values_of_this_process_alone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)


def worker(*states: State) -> Any:
    return SimpleNamespace(states=lambda: states)


def shown(shared: SharedMetrics, *states: State) -> dict[str, float]:
    """The samples, by their names and labels' values; as a worker shows them that counts nothing itself."""
    metrics = Metrics((), "1", "r", AllWorkers(shared, worker(*states)))
    metrics.samples.take = lambda: None  # type: ignore[method-assign]
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(metrics.shown().decode())
        for sample in family.samples
    }


def in_child(work: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def counting(shared: SharedMetrics, number: int, requests: int) -> Callable[[], None]:
    """What a worker does that answers some requests, and dies in the midst of another one."""

    def work() -> None:
        shared.enter(number)
        metrics = Metrics((), "1", "r")
        metrics.observe_queue(lambda: (requests, 1))
        for _ in range(requests):
            served = Served({"REQUEST_METHOD": "GET"})
            metrics.begin(served)
            served.seconds = 0.3
            metrics.end(served)
        metrics.begin(Served({"REQUEST_METHOD": "GET"}))
        metrics.samples.take()

    return work


def test_processes_are_counted_together_and_the_dead_are_not_busy() -> None:
    """What one has counted stays when it ends; what it was doing does not."""
    shared = SharedMetrics(3)
    for number in range(3):
        in_child(counting(shared, number, number + 1))
    found = shown(shared, State.READY, State.READY, State.ABSENT)
    requests = "ogrom_http_requests_total none none GET 500"
    assert found[requests] == 6
    assert found["ogrom_http_requests_in_progress"] == 2
    assert (found["ogrom_queue_depth"], found["ogrom_threads_busy"]) == (3, 2)
    seconds = "ogrom_http_request_duration_seconds"
    assert found[f"{seconds}_bucket none 0.25"] == 0
    assert found[f"{seconds}_bucket none 0.5"] == found[f"{seconds}_bucket none +Inf"] == 6
    assert found[f"{seconds}_count none"] == 6
    assert found[f"{seconds}_sum none"] == pytest.approx(1.8)
    assert found["ogrom_info r 1"] == 1


def test_a_successor_goes_on_counting() -> None:
    """The sum never falls, and there is no file that somebody would have to remove."""
    shared = SharedMetrics(1)
    for _ in range(3):
        in_child(counting(shared, 0, 2))
    found = shown(shared, State.READY)
    assert found["ogrom_http_requests_total none none GET 500"] == 6
    assert found["ogrom_http_requests_in_progress"] == 1
    shared.enter(0)
    assert shown(shared, State.READY)["ogrom_http_requests_in_progress"] == 0


@pytest.fixture
def small() -> SharedMetrics:
    return SharedMetrics(1, size=4096)


def test_where_there_is_no_memory_left_a_process_counts_for_itself(
    small: SharedMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes on serving, and the log says what is missing."""
    small.enter(0)
    metrics = Metrics((), "1", "r")
    for number in range(100):
        metrics.call(f"source-{number}", "get", 0.1, None)
    assert "there is no memory left for the metric ogrom_source_call_seconds" in caplog.text
    assert shown(small, State.READY)
