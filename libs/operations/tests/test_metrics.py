"""Samples."""

import logging
import threading
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from ogrom.operations.metrics import Metrics, Samples
from ogrom.operations.requests import Served
from ogrom.protocols.errors import Timeout

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


def values(text: str) -> Values:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


def value(found: Values, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def test_what_is_added_is_looked_at_each_second_until_it_is_stopped() -> None:
    """In a thread of its own, from the start on."""
    samples = Samples()
    taken = threading.Semaphore(0)
    samples.add(taken.release)
    samples.start()
    assert taken.acquire(timeout=30)
    assert taken.acquire(timeout=30)
    samples.stop()
    assert not any(each.name == "ogrom-samples" for each in threading.enumerate())


def test_one_look_that_fails_does_not_keep_the_others_from_theirs(caplog: pytest.LogCaptureFixture) -> None:
    """The log says why."""
    samples = Samples()
    seen: list[int] = []
    samples.add(lambda: seen.append(1 // 0))
    samples.add(lambda: seen.append(2))
    samples.take()
    assert seen == [2]
    assert [each.levelno for each in caplog.records] == [logging.ERROR]


def test_what_was_never_started_can_be_stopped() -> None:
    """Whoever cleans up need not know how far it came."""
    Samples().stop()


# What its versions 2 and 3 send.
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)

PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "text/plain; version=0.0.4"),
        ("*/*", "text/plain; version=0.0.4"),
        ("text/plain", "text/plain; version=0.0.4"),
        (PROMETHEUS_2, "application/openmetrics-text; version=1.0.0"),
        (PROMETHEUS_3, "application/openmetrics-text; version=1.0.0"),
    ],
)
def test_the_form_is_negotiated(client: Any, accept: str | None, form: str) -> None:
    """Each can be read by the parser of its kind, and nobody keeps it."""
    client.get("/v1/things/1", buffered=True)
    answer = client.get("/metrics", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.content_type.startswith(form)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Accept" in answer.headers["Vary"]
    parse = openmetrics if "openmetrics" in form else plain_text
    families = {family.name: family for family in parse(answer.text)}
    assert families["ogrom_http_requests"].samples[0].labels["endpoint"] == "thing"


def test_another_form_is_refused(client: Any) -> None:
    """In words."""
    answer = client.get("/metrics", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (406, "application/problem+json")


def test_failed_calls_are_timed_and_counted_by_their_error() -> None:
    """By its class, since its words may be of any number."""
    metrics = Metrics((), "1", "")
    metrics.call("products", "products", 0.02, None)
    metrics.call("products", "products", 2.0, Timeout("products", "for a thousand reasons"))
    found = values(metrics.shown().decode())
    calls = {"source": "products", "method": "products"}
    assert value(found, "ogrom_source_call_seconds_count", **calls) == 2
    assert value(found, "ogrom_source_call_seconds_bucket", **calls, le="0.025") == 1
    assert value(found, "ogrom_source_errors_total", **calls, error="Timeout") == 1


def test_whoever_has_the_queue_shows_it() -> None:
    """It is looked at when somebody asks."""
    metrics = Metrics((), "1", "")
    now = (3, 8)
    metrics.observe_queue(lambda: now)
    for now in ((3, 8), (0, 1)):  # read by the function
        found = values(metrics.shown().decode())
        assert (value(found, "ogrom_queue_depth"), value(found, "ogrom_threads_busy")) == now


def test_a_request_that_failed_is_over() -> None:
    """It is no longer in progress, and counts as the 500 that the server answers."""
    metrics = Metrics((), "1", "")
    served = Served({"REQUEST_METHOD": "GET"})
    metrics.begin(served)
    metrics.end(served)
    found = values(metrics.shown().decode())
    assert value(found, "ogrom_http_requests_in_progress") == 0
    labels = {"method": "GET", "endpoint": "none", "market": "none", "status": "500"}
    assert value(found, "ogrom_http_requests_total", **labels) == 1
