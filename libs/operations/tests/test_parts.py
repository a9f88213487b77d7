"""The requests of a batch: each is logged, counted, limited and traced as if it had come alone."""

import http.client
import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import pytest

from ogrom.http import Endpoint, Exchange, PathParameter, Resource
from ogrom.http.batch import BatchResource
from ogrom.operations.access.parsers import Rate
from ogrom.operations.flask import Service
from ogrom.operations.logs import FIELDS
from ogrom.operations.requests import refusing
from ogrom.operations.serving import begins_on_loop
from ogrom.protocols.context import Context
from ogrom.server import Lane, Worker
from ogrom.server.scoreboard import Scoreboard, WorkerSlot
from ogrom.server.testing import running

BATCH = "/v1/batch"
SECONDS = 60.0
MakeService = Callable[..., Service]


@dataclass(frozen=True)
class Slow(Resource[None, Context]):
    """Waits until it is told to go on, or its deadline comes."""

    waiter: Any
    waits: SimpleQueue[Any] = field(default_factory=SimpleQueue, compare=False)
    deadlines: list[float | None] = field(default_factory=list, compare=False)
    events: list[str] = field(default_factory=list, compare=False)
    id = PathParameter()

    def handle_ok(self, x: Exchange[None, Any, Context]) -> dict[str, int]:
        """Its id, in the end."""
        wait = self.waiter.wait()
        self.waits.put(wait)
        self.deadlines.append(x.context.deadline)
        wait.until(None if self.id(x) == 99 else x.context.deadline)
        return {"id": self.id(x)}

    def delete(self, x: Exchange[None, Any, Context]) -> None:
        """Wait, too."""
        self.events.append(f"begin {self.id(x)}")
        self.handle_ok(x)
        self.events.append(f"end {self.id(x)}")


@dataclass(frozen=True)
class Blocking(Resource[None, Context]):
    """Has a thread of the lane do something."""

    waiter: Any
    id = PathParameter()

    def handle_ok(self, x: Exchange[None, Any, Context]) -> dict[str, int]:
        """Its id."""
        return self.waiter.run(lambda: {"id": self.id(x)})  # type: ignore[no-any-return]


def get(id: str, path: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "path": path, **more}


def send(service: Service, *requests: dict[str, Any], **said: Any) -> Any:
    return service.app.test_client().post(BATCH, json={"requests": requests}, buffered=True, **said)


@pytest.fixture
def make(make_service: MakeService) -> MakeService:
    """Makes services that have batches."""

    def make(**said: Any) -> Service:
        return make_service(Endpoint("batch", "/batch", BatchResource()), **said)

    return make


def test_each_has_a_line_in_the_log(make: MakeService, caplog: pytest.LogCaptureFixture) -> None:
    """With an id that names the batch's, and the batch has the last one, with its own."""
    with caplog.at_level(logging.INFO, "ogrom.requests"):
        send(
            make(),
            get("a", "/things/1"),
            get("b", "/things/1", method="DELETE"),
            headers={"X-Request-Id": "mine"},
        )
    fields = [getattr(each, FIELDS) for each in caplog.records if each.name == "ogrom.requests"]
    names = ("request_id", "method", "path", "route", "status")
    assert [tuple(each[name] for name in names) for each in fields] == [
        ("mine.a", "GET", "/v1/things/1", "thing", 200),
        ("mine.b", "DELETE", "/v1/things/1", "thing", 401),
        ("mine", "POST", "/v1/batch", "batch", 200),
    ]
    assert len({each["trace_id"] for each in fields}) == 1


def test_each_is_counted(make: MakeService) -> None:
    """By its own endpoint, method and status; none is in progress any more."""
    service = make()
    send(service, get("a", "/things/1"), get("b", "/things/200"))
    shown = service.operations.metrics.shown().decode()
    for labels in (
        '{endpoint="thing",market="api",method="GET",status="200"} 1.0',
        '{endpoint="thing",market="api",method="GET",status="404"} 1.0',
        '{endpoint="batch",market="api",method="POST",status="200"} 1.0',
    ):
        assert f"ogrom_http_requests_total{labels}" in shown
    assert "ogrom_http_requests_in_progress 0.0" in shown


def test_rates_count_each(make: MakeService, authorization: Callable[..., dict[str, str]]) -> None:
    """The batch as a read, though its method is POST; its answer tells what is left behind all."""
    service = make(rate_limit=(Rate(4, 3600),), rate_writes=(Rate(1, 3600),))
    answer = send(
        service,
        get("a", "/things/1"),
        get("b", "/things/1", method="DELETE"),
        get("c", "/things/2", method="DELETE"),
        get("d", "/things/2"),
        headers=authorization(),
    )
    found = answer.get_json()["responses"]
    assert [each["status"] for each in found.values()] == [200, 204, 429, 429]
    assert found["c"]["content"]["violated-policies"] == ["writes"]
    assert found["d"]["content"]["violated-policies"] == ["requests"]
    assert found["d"]["headers"]["Retry-After"]
    assert answer.headers["RateLimit"].startswith('"requests";r=0;t=')


def test_a_malformed_batch_counts(make: MakeService) -> None:
    """Otherwise it would be free."""
    service = make(rate_limit=(Rate(1, 3600),))
    assert [send(service).status_code for _ in range(2)] == [422, 429]


def test_a_batch_needs_no_credentials(make: MakeService) -> None:
    """The server receives its content from anybody, and that of other writes only with a token."""
    limit = make().content_limit
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": BATCH, "QUERY_STRING": ""}
    assert limit(environ) == BatchResource.body_limit
    assert limit({**environ, "PATH_INFO": f"{BATCH}/"}) == BatchResource.body_limit  # Flask answers that, too
    assert limit({**environ, "PATH_INFO": "/v1/things/1"}) == 0


def test_without_a_key_reads_are_answered(make: MakeService) -> None:
    """As they are alone; writes are refused."""
    found = send(make(token_key=None), get("a", "/things/1"), get("b", "/things/1", method="DELETE"))
    assert [each["status"] for each in found.get_json()["responses"].values()] == [200, 401]


@dataclass(frozen=True)
class Until(Resource[None, Context]):
    """Shows its deadline."""

    def handle_ok(self, x: Exchange[None, Any, Context]) -> dict[str, float | None]:
        """On the clock of the process."""
        return {"until": x.context.deadline}


def test_all_have_one_deadline_whatever_serves_them(make_service: MakeService) -> None:
    """Also where no server tells when the batch arrived."""
    service = make_service(Endpoint("batch", "/batch", BatchResource()), Endpoint("until", "/until", Until()))
    found = send(service, get("a", "/until"), get("b", "/until", headers={"Cache-Control": "no-cache"}))
    first, second = (each["content"]["until"] for each in found.get_json()["responses"].values())
    assert first == second


def test_what_is_for_the_network_is_added_once(make: MakeService) -> None:
    """To the batch's answer, and not to those within."""
    answer = send(make(release="r1"), get("a", "/things/1"))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Ogrom-Release"] == "r1"
    assert answer.get_json()["responses"]["a"]["headers"].keys() == {
        "Content-Type",
        "ETag",
        "Vary",
        "X-Request-Id",
    }


class Served:
    """A service with slow things, on a loop."""

    def __init__(self, make_service: MakeService, **said: Any) -> None:
        worker = Worker(WorkerSlot(Scoreboard(1), 0), True)
        self.waiter: Any = worker.waiter()
        self.slow = Slow(self.waiter)
        self.service = make_service(
            Endpoint("batch", "/batch", BatchResource(self.waiter)),
            Endpoint("slow", "/slow/{id}", self.slow),
            Endpoint("blocking", "/blocking/{id}", Blocking(self.waiter)),
            **said,
        )
        self.port = 0

    @contextmanager
    def running(self, lane: Lane) -> Iterator["Served"]:
        """Serve."""
        watchers = self.service.watchers
        with running(
            self.service.app, lanes=(lane,), waiter=self.waiter, refuse=refusing(watchers, "")
        ) as port:
            self.port = port
            yield self

    def send(self, *requests: dict[str, Any]) -> Any:
        """What a batch is answered with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(
                "POST", BATCH, json.dumps({"requests": requests}), {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            assert answer.status == 200
            return json.loads(answer.read())["responses"]
        finally:
            connection.close()

    def let_go(self, number: int) -> None:
        """Wait until so many wait side by side, and let them go on."""
        waits = [self.slow.waits.get(timeout=SECONDS) for _ in range(number)]
        assert self.slow.waits.empty()
        for each in waits:
            each.end()


ON_LOOP = Lane("application", 2, on_loop=begins_on_loop)


def test_on_the_loop_reads_wait_side_by_side(make_service: MakeService) -> None:
    """All of them at once; what refers to one begins as soon as that is answered. All have one deadline."""
    with Served(make_service).running(ON_LOOP) as served, ThreadPoolExecutor(1) as client:
        independent = [get(f"r{each}", f"/slow/{each}") for each in range(1, 64)]
        asked = client.submit(served.send, *independent, get("last", "/slow/10{r1#/id}"))
        served.let_go(63)
        served.let_go(1)
        found = asked.result(SECONDS)
    assert [each["content"]["id"] for each in found.values()] == [*range(1, 64), 101]
    assert len(set(served.slow.deadlines)) == 1


def test_slow_reads_end_with_the_deadline_of_the_batch(make_service: MakeService) -> None:
    """Those that do not end themselves, too: they and what depends on them are 504s."""
    with Served(make_service, request_timeout=0.2).running(ON_LOOP) as served:
        begun = time.monotonic()
        found = served.send(get("a", "/slow/99"), get("b", "/slow/{a#/id}"), get("c", "/things/1"))
        assert time.monotonic() - begun < SECONDS / 2
        assert [each["status"] for each in found.values()] == [504, 504, 200]
        served.slow.waits.get(timeout=SECONDS).end()


def test_what_finds_no_thread_is_refused_alone(
    make_service: MakeService, caplog: pytest.LogCaptureFixture
) -> None:
    """With a 503 of its own, which is logged and counted; all others are answered."""
    lane = Lane("application", 1, queue=1, on_loop=begins_on_loop)
    with Served(make_service).running(lane) as served, caplog.at_level(logging.INFO, "ogrom.requests"):
        found = served.send(
            *(get(f"r{each}", f"/blocking/{each + 1}") for each in range(20)), get("c", "/things/1")
        )
    statuses = [each["status"] for each in found.values()]
    assert statuses[0] == statuses[-1] == 200
    assert set(statuses) == {200, 503}
    refused = next(each for each in found.values() if each["status"] == 503)
    assert refused["headers"]["Retry-After"] == "1"
    lines = [each.getMessage() for each in caplog.records if each.name == "ogrom.requests"]
    assert sum(line.endswith(" 503") for line in lines) == statuses.count(503)
    assert "ogrom_http_requests_in_progress 0.0" in served.service.operations.metrics.shown().decode()


def test_on_the_loop_writes_run_one_after_the_other(make_service: MakeService) -> None:
    """In the order given, though there are threads for both; reads wait for those before them."""
    with Served(make_service).running(ON_LOOP) as served, ThreadPoolExecutor(1) as client:
        asked = client.submit(
            served.send,
            get("a", "/slow/1", method="DELETE"),
            get("b", "/slow/2", method="DELETE"),
            get("c", "/slow/3"),
        )
        for _ in range(3):
            served.let_go(1)
        assert [each["status"] for each in asked.result(SECONDS).values()] == [204, 204, 200]
    assert served.slow.events == ["begin 1", "end 1", "begin 2", "end 2"]


def test_writes_have_a_thread_on_the_loop(make_service: MakeService) -> None:
    """As they have alone: they may block."""
    with Served(make_service).running(ON_LOOP) as served:
        found = served.send(get("a", "/things/1", method="DELETE"), get("b", "/things/1"))
        assert [each["status"] for each in found.values()] == [401, 200]
        assert served.waiter.offloaded == 1
