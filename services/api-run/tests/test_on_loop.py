"""The application on the loop: what its requests share shows, and what finds no thread is refused as ever."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPResponse
from threading import Event, Semaphore
from typing import Any

import pytest

from ogrom.operations.requests import refusing
from ogrom.run.container import Container
from ogrom.run.options import begins_on_loop, options_of
from ogrom.run.settings import Settings
from ogrom.server import LoopState, Worker
from ogrom.server.scoreboard import Scoreboard, WorkerSlot
from ogrom.server.testing import running
from ogrom.sources.database import database, reads
from ogrom.sources.testing import wait_until

SECONDS = 300.0
PRODUCT = "/v1/de-DE/products/1"
PRODUCTS = "/v1/de-DE/products"


class Served:
    """An application on a loop of its own."""

    def __init__(self, container: Container, port: int, stack: ExitStack) -> None:
        self.container = container
        self._port = port
        self._stack = stack

    def begin(self, path: str, **headers: str) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        self._stack.callback(connection.close)
        connection.request("GET", path, headers=headers)
        return connection

    def get(self, path: str) -> HTTPResponse:
        return self.begin(path).getresponse()


@pytest.fixture
def serve(make_container: Callable[..., Container], store: str) -> Iterator[Callable[..., Served]]:
    """Serves the small store."""
    with ExitStack() as stack:

        def serve(**said: Any) -> Served:
            worker = Worker(WorkerSlot(Scoreboard(1), 0), True)
            container = make_container(store, said={"cache_records": 0, **said}, worker=worker)
            port = stack.enter_context(
                running(
                    container.app(),
                    lanes=options_of(container.settings()).lanes,
                    waiter=worker.waiter(),
                    refuse=refusing(container.service().watchers, ""),
                )
            )
            return Served(container, port, stack)

        yield serve


@contextmanager
def held_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Semaphore, Event]]:
    """Each read of the database says that it has begun, and waits."""
    begun, go_on = Semaphore(0), Event()

    def read(*arguments: Any) -> Any:
        begun.release()
        assert go_on.wait(SECONDS)
        return reads.read(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(database, "read", read)
        try:
            yield begun, go_on
        finally:
            go_on.set()


def wait_until_parked(served: Served, number: int) -> None:
    assert wait_until(lambda: served.container.worker().waiter().parked >= number, SECONDS)


def test_a_trace_shows_what_was_shared(serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch) -> None:
    """The query, with how many have shared it."""
    served = serve(trace=True, threads=4)
    with held_reads(monkeypatch) as (begun, go_on):
        # Two queries of a kind are under way at most, so the others gather meanwhile.
        asked = []
        for id in (1, 2):
            asked.append(served.begin(f"/v1/de-DE/products/{id}"))
            assert begun.acquire(timeout=SECONDS)
        asked += [served.begin(f"/v1/de-DE/products/{id}") for id in (3, 4, 5)]
        wait_until_parked(served, 5 + 2)  # the requests, and the two queries
        go_on.set()
        assert {each.getresponse().status for each in asked} <= {200, 404}
    tracer = served.container.operations().tracer
    assert tracer is not None
    calls = [
        call.method
        for trace in tracer.traces.last()
        for call in trace.calls
        if call.source == "database.products"
    ]
    assert sorted(calls) == ["product_by_id"] * 2 + ["products_by_ids(3 ids), shared by 3 calls"] * 3


def test_metrics_show_what_was_merged_and_what_the_loop_does(serve: Callable[..., Served]) -> None:
    served = serve()
    metrics = served.container.metrics()
    metrics.observe_loop(lambda: LoopState(begun=3, parked=2, offloaded=7, lags=1, lag_seconds=0.25))
    assert served.get(PRODUCT).status == 200
    assert served.get(PRODUCTS).status == 200
    shown = metrics.shown().decode()
    for line in (
        'ogrom_merged_query_ids_bucket{le="1.0",source="products"} 2.0',
        'ogrom_merged_calls_total{source="products"} 2.0',
        "ogrom_loop_begun 3.0",
        "ogrom_loop_parked 2.0",
        "ogrom_loop_offloaded_total 7.0",
        "ogrom_loop_lags_total 1.0",
        "ogrom_loop_lag_seconds_total 0.25",
    ):
        assert line in shown


def test_what_finds_no_thread_is_refused_as_ever(
    serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In the API's own form, logged and counted once; what need not wait goes on."""
    served = serve(threads=1, queue=1)
    with held_reads(monkeypatch) as (begun, go_on), caplog.at_level(logging.INFO, "ogrom.requests"):
        held = [served.begin(f"{PRODUCTS}?brand=a")]
        assert begun.acquire(timeout=SECONDS)  # the thread has it, and the queue a place for the next one
        held.append(served.begin(f"{PRODUCTS}?brand=b"))
        wait_until_parked(served, 4)  # both requests, and what asks for them
        refused = served.get(f"{PRODUCTS}?brand=c")
        document = json.loads(refused.read())
        assert (refused.status, refused.headers["Content-Type"]) == (503, "application/problem+json")
        assert refused.headers["Retry-After"] == "1"
        assert document["detail"].startswith("Too many requests are waiting")
        assert served.get("/v1/de-DE/nothing").status == 404
        go_on.set()
        assert [each.getresponse().status for each in held] == [200, 200]
    lines = [each.getMessage() for each in caplog.records if each.name == "ogrom.requests"]
    assert lines.count("GET /v1/de-DE/products?brand=c 503") == 1
    shown = served.container.metrics().shown().decode()
    assert 'ogrom_http_requests_total{endpoint="none",market="none",method="GET",status="503"} 1.0' in shown


@pytest.mark.parametrize(
    ("method", "path", "query", "accept", "expected"),
    [
        ("GET", PRODUCT, "", "application/json", True),
        ("HEAD", PRODUCT, "", "*/*", True),
        ("GET", PRODUCTS, "limit=20", "", True),
        ("GET", PRODUCTS, "cursor=x&limit=21", "", False),
        ("GET", PRODUCTS, "limit=0000000000000000000021", "", False),
        ("GET", PRODUCT, "", "text/html,*/*", False),
        ("GET", "/metrics", "", "", False),
        ("GET", "/health/ready", "", "", False),
        ("POST", PRODUCTS, "", "", False),
        ("DELETE", PRODUCT, "", "", False),
    ],
)
def test_what_takes_long_to_make_has_a_thread(
    method: str, path: str, query: str, accept: str, expected: bool
) -> None:
    """Pages for people, long lists, and whatever is no read of data."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_ACCEPT": accept}
    assert begins_on_loop(environ) is expected


def test_the_loop_can_be_turned_off() -> None:
    """Each request has a thread then, as ever."""
    assert options_of(Settings()).loop
    assert not options_of(Settings(loop=False)).loop
