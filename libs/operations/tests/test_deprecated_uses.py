"""Who uses what is deprecated, in a service: counted, bounded, and told once."""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar

import msgspec
import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, Counter, values
from prometheus_client.parser import text_string_to_metric_families

from ogrom.http import Deprecation, Endpoint, Exchange, QueryParameters, Resource, always, deprecated
from ogrom.http.deprecations import Deprecated
from ogrom.http.flask import Used, WsgiRequest
from ogrom.operations.access.credentials import PRINCIPAL
from ogrom.operations.deprecated_uses import LABELS, MOST, DeprecatedUses, client_of
from ogrom.operations.logs import FIELDS
from ogrom.operations.metrics import Metrics
from ogrom.operations.requests import WARMING
from ogrom.operations.shared_metrics import AllWorkers, SharedMetrics
from ogrom.protocols.context import Principal
from ogrom.server import State

OLD = Deprecation(since="2026-12-01", sunset="2027-03-01", instead="GET /v1/things")


class Query(msgspec.Struct, frozen=True):
    brand: Annotated[str, deprecated(since="2026-12-01")] | None = None


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    colour: Annotated[str, deprecated("mauve", since="2026-12-01")] = "red"


class OldThings(Resource[object]):
    query = QueryParameters(Query)
    created_etag = always(None)
    deprecated: ClassVar = {"GET": OLD}

    def handle_ok(self, x: Exchange[Any]) -> list[int]:
        return []

    def post(self, x: Exchange[object, Draft]) -> None: ...


def counted(text: str) -> dict[str, float]:
    """Each count by its labels, in the order of `LABELS`."""
    return {
        " | ".join(sample.labels[name] for name in LABELS): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "ogrom_deprecated_uses_total"
    }


@pytest.fixture
def client(make_service: Callable[..., Any]) -> FlaskClient:
    return make_service(Endpoint("old_things", "/old-things", OldThings())).app.test_client()  # type: ignore[no-any-return]


def test_uses_are_counted_by_user_or_else_by_program(
    client: FlaskClient, authorization: Callable[..., dict[str, str]]
) -> None:
    """Who sends a valid token is its user, and who sends a wrong one is a program."""
    shop = {"User-Agent": "ShopApp/3.1 (Android 14; someone@example.org) okhttp/4.9"}
    client.get("/v1/old-things?brand=Ada", headers=shop)
    client.get("/v1/old-things", headers=shop)
    client.get("/v1/old-things?odd=1", headers=shop | {"Authorization": "Bearer wrong"})
    client.post("/v1/old-things", json={"title": "", "colour": "mauve"}, headers=shop | authorization(7))
    client.post("/v1/old-things", json={"title": "", "colour": "red"}, headers=shop | authorization(7))
    client.options("/v1/old-things", headers=shop)
    client.get("/v1/things/1", headers=shop)
    assert counted(client.get("/metrics").text) == {
        "GET | old_things | operation | ShopApp": 3,
        "GET | old_things | query brand | ShopApp": 1,
        "POST | old_things | content colour=mauve | user:7": 1,
    }


def test_the_warm_up_uses_nothing(client: FlaskClient) -> None:
    """No client has sent it."""
    client.get("/v1/old-things", environ_overrides={WARMING: True})
    assert counted(client.get("/metrics").text) == {}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("curl/8.5.0", "curl"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla"),
        ("my-app_2.x", "my-app_2.x"),
        ("someone@example.org", "someone"),
        ("user:7", "user"),
        ("x" * 41, "x" * 40),
        (" curl/8.5.0", "none"),
        ("", "none"),
        ('"} 1\nogrom_info', "none"),
        ("ähnlich/1", "none"),
    ],
)
def test_a_program_is_the_first_product_of_user_agent(agent: str, name: str) -> None:
    """Short and plain, and never taken for a user."""
    assert client_of({"HTTP_USER_AGENT": agent}) == name
    assert client_of({"HTTP_USER_AGENT": agent, PRINCIPAL: Principal(user_id=7)}) == "user:7"
    assert client_of({}) == "none"


@pytest.mark.parametrize(
    ("field", "name"), [("ogrom-client-typescript/1.0.0", "ogrom-client-typescript"), ("", "Mozilla")]
)
def test_a_program_in_a_browser_names_itself_in_a_field_of_its_own(field: str, name: str) -> None:
    """User-Agent is the browser's."""
    assert client_of({"HTTP_USER_AGENT": "Mozilla/5.0", "HTTP_OGROM_CLIENT": field}) == name


class Uses:
    """Counts, with a clock that stands still."""

    def __init__(self, *known: str) -> None:
        self.now = 0.0
        self.registry = CollectorRegistry()
        counter = Counter("uses", "Uses.", LABELS, registry=self.registry)
        self.counting = DeprecatedUses(counter, lambda: known, lambda: self.now)

    def send(
        self, agent: str = "", user: int | None = None, method: str = "GET", what: str = "query a"
    ) -> None:
        environ: dict[str, Any] = {"REQUEST_METHOD": method, "HTTP_USER_AGENT": agent}
        if user is not None:
            environ[PRINCIPAL] = Principal(user_id=user)
        self.counting.count(Used(WsgiRequest(environ), "things", (Deprecated(what, OLD),)))

    def by_client(self) -> dict[str, float]:
        samples = (each for metric in self.registry.collect() for each in metric.samples)
        return {each.labels["client"]: each.value for each in samples if each.name == "uses_total"}


def test_clients_that_are_too_many_are_others() -> None:
    """However many names are made up, those that came first keep theirs, and users keep places of their own."""
    uses = Uses()
    for _ in range(2):
        for number in range(MOST + 50):
            uses.send(f"agent{number}/1")
    uses.send(user=1)
    found = uses.by_client()
    assert (len(found), found["agent0"], found["other"], found["user:1"]) == (MOST + 2, 2, 100, 1)
    for number in range(MOST + 50):
        uses.send(user=number)
    assert len(uses.by_client()) == 2 * MOST + 1


def test_a_successor_goes_on_with_the_clients_of_its_predecessor() -> None:
    """Otherwise each new process could add as many."""
    uses = Uses(*(f"agent{number}" for number in range(MOST)))
    uses.send("agent7")
    uses.send("new")
    assert uses.by_client() == {"agent7": 1, "other": 1}


def test_a_method_that_no_rfc_defines_is_other() -> None:
    """So that no client makes up labels."""
    uses = Uses()
    uses.send("curl", method="BREW")
    (sample, _) = (each for metric in uses.registry.collect() for each in metric.samples)
    assert sample.labels == {"method": "other", "endpoint": "things", "what": "query a", "client": "curl"}


def test_the_log_says_it_once_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    """For each client and each thing that it uses."""
    caplog.set_level(logging.INFO, "ogrom.operations")
    uses = Uses()
    lines = []
    for now, agent, what in (
        (0.0, "curl/8", "query a"),
        (3599.0, "curl/9", "query a"),
        (3599.0, "curl/9", "query b"),
        (3599.0, "shop", "query a"),
        (3600.0, "curl/9", "query a"),
        (3601.0, "curl/9", "query a"),
    ):
        caplog.clear()
        uses.now = now
        uses.send(agent, what=what)
        lines.append([each.getMessage() for each in caplog.records])
    told = "Deprecated since 2026-12-01, to be removed on 2027-03-01. Use GET /v1/things instead."
    assert lines == [
        [f"curl uses GET things, query a. {told}"],
        [],
        [f"curl uses GET things, query b. {told}"],
        [f"shop uses GET things, query a. {told}"],
        [f"curl uses GET things, query a. {told}"],
        [],
    ]


def test_a_line_of_the_log_has_fields(caplog: pytest.LogCaptureFixture) -> None:
    """For programs that read it."""
    caplog.set_level(logging.INFO, "ogrom.operations")
    Uses().send(user=7)
    (record,) = caplog.records
    fields = {"method": "GET", "route": "things", "deprecated": "query a", "used_by": "user:7"}
    assert getattr(record, FIELDS) == fields


def test_workers_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them shows it all."""
    used = Used(WsgiRequest({"REQUEST_METHOD": "GET"}), "things", (Deprecated("query a", OLD),))
    for number, metrics in enumerate(workers(monkeypatch)):
        metrics.deprecated.count(used)
        assert counted(metrics.shown().decode()) == {"GET | things | query a | none": number + 1}


def test_workers_know_the_clients_of_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that any of them has counted have their places."""
    clients = set()
    for number, metrics in enumerate(workers(monkeypatch)):
        for agent in range(number * MOST, (number + 1) * MOST):
            request = WsgiRequest({"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": f"agent{agent}"})
            metrics.deprecated.count(Used(request, "things", (Deprecated("query a", OLD),)))
        clients = {each.rpartition(" | ")[2] for each in counted(metrics.shown().decode())}
    assert clients == {"other", *(f"agent{number}" for number in range(MOST))}


def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Metrics]:
    """The metrics of two workers, one after the other."""
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    shared = SharedMetrics(2)
    worker: Any = SimpleNamespace(states=lambda: (State.READY, State.READY))
    for number in range(2):
        shared.enter(number)
        yield Metrics((), "1", "r", AllWorkers(shared, worker))
