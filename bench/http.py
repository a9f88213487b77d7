"""What deciding a request costs in process: `./dev bench http`.

Each case takes a WSGI environ to a finished response value, without a server. Beside it stands a view written by
hand over Werkzeug for the same answer's happy path. The cases run in turn, many rounds; the table shows medians
of rounds, and ratios of the same rounds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from werkzeug.test import create_environ
from werkzeug.wrappers import Request as WerkzeugRequest, Response as WerkzeugResponse

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Resource
from ogrom.http.flask import WsgiRequest
from ogrom.http.trace import TraceKey, Tracer, Traces

ROUNDS = 60
CALLS = 300

ITEM = {"id": 7, "title": "Red linen dress", "price": 4999, "currency": "EUR"}


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    title: str


@dataclass(frozen=True)
class Item(Resource[dict[str, Any]]):
    """One item of a dictionary."""

    item_id = PathParameter()

    def exists(self, x: Exchange[dict[str, Any]]) -> dict[str, Any] | None:
        return ITEM if self.item_id(x) == 7 else None

    def etag(self, x: Exchange[dict[str, Any]]) -> int:
        return 3

    def handle_ok(self, x: Exchange[dict[str, Any]]) -> object:
        return x.entity


@dataclass(frozen=True)
class Items(Resource[None]):
    """Where items are made."""

    links_to = ("item",)

    def post(self, x: Exchange[None, Draft]) -> object:
        return {"title": x.body.title}

    def location(self, x: Exchange[None]) -> str:
        return x.link("item", item_id=8)


@dataclass(frozen=True)
class Links(Resource[None]):
    """A hundred links."""

    links_to = ("item",)

    def handle_ok(self, x: Exchange[None]) -> object:
        return [x.link("item", item_id=number) for number in range(1, 101)]


MOUNT = Mount(
    "/v1/de-DE",
    (
        Endpoint("item", "/items/{item_id}", Item()),
        Endpoint("items", "/items", Items()),
        Endpoint("links", "/links", Links()),
    ),
)
ENDPOINTS = {each.name: each for each in MOUNT.endpoints}


@dataclass(frozen=True)
class Case:
    """What is measured, and what its response's status must be."""

    name: str
    run: Callable[[], Any]
    status: int


def _case(name: str, endpoint: str, status: int, number: int | None = None, **environ: Any) -> Case:
    path = endpoint if number is None else f"items/{number}"
    made = create_environ(f"/v1/de-DE/{path}", **environ)
    arguments: Mapping[str, object] = {} if number is None else {"item_id": number}
    content = environ.get("data", b"")

    def run() -> Any:
        if content:
            made["wsgi.input"].seek(0)
        return MOUNT.respond(ENDPOINTS[endpoint], WsgiRequest(made), context=None, arguments=arguments)

    return Case(name, run, status)


def _with(tracer: Tracer, name: str) -> Case:
    made = create_environ("/v1/de-DE/items/7", headers={"Accept": "application/json"})

    def run() -> Any:
        request = WsgiRequest(made)
        return tracer.respond(MOUNT, ENDPOINTS["item"], request, context=None, arguments={"item_id": 7})

    return Case(name, run, 200)


def _by_hand() -> Case:
    made = create_environ("/v1/de-DE/items/7", headers={"Accept": "application/json"})

    def run() -> Any:
        request = WerkzeugRequest(made)
        tag = '"3"'
        if request.headers.get("If-None-Match") == tag:
            return WerkzeugResponse(status=304, headers={"ETag": tag})
        return WerkzeugResponse(
            msgspec.json.encode(ITEM), 200, {"ETag": tag}, content_type="application/json"
        )

    return Case("GET 200, Werkzeug by hand", run, 200)


def _links_by_hand() -> Case:
    template = "/v1/de-DE/items/%d"

    def run() -> Any:
        return WerkzeugResponse(msgspec.json.encode([template % number for number in range(1, 101)]), 200)

    return Case("100 links, Werkzeug by hand", run, 200)


CASES = (
    _case("GET 200", "item", 200, 7, headers={"Accept": "application/json"}),
    _by_hand(),
    _with(Tracer(Traces(), key=TraceKey("k" * 32)), "GET 200, tracer there, not asked"),
    _with(Tracer(Traces(), everything=True), "GET 200, traced"),
    _case(
        "GET 200, browser's fields",
        "item",
        200,
        7,
        headers={
            "Accept": "application/json;q=0.9, */*;q=0.8",
            "Accept-Encoding": "gzip, br",
            "Accept-Language": "de-DE, en;q=0.5",
        },
    ),
    _case("GET 304", "item", 304, 7, headers={"If-None-Match": '"3"'}),
    _case("GET 404", "item", 404, 8),
    _case(
        "POST 201", "items", 201, method="POST", data=b'{"title": "A dress"}', content_type="application/json"
    ),
    _case("GET 200, 100 links", "links", 200),
    _links_by_hand(),
)


def measure(case: Case) -> float:
    """Microseconds for one call, over a round of them."""
    start = time.perf_counter()
    for _ in range(CALLS):
        case.run()
    return (time.perf_counter() - start) / CALLS * 1e6


def main() -> None:
    """Measure in turn, and print the table."""
    for case in CASES:
        response = case.run()
        status = getattr(response, "status_code", None) or response.status
        assert status == case.status, (case.name, status)
    rounds = [{case.name: measure(case) for case in CASES} for _ in range(ROUNDS)]
    hand = "GET 200, Werkzeug by hand"
    table = Table("case", "us", "lowest", "x by hand", title=f"{ROUNDS} rounds of {CALLS} calls, medians")
    for case in CASES:
        times = [each[case.name] for each in rounds]
        ratio = statistics.median(each[case.name] / each[hand] for each in rounds)
        table.add_row(case.name, f"{statistics.median(times):.1f}", f"{min(times):.1f}", f"{ratio:.2f}")
    console = Console(width=100)
    console.print(table)
    by_hand = rounds_of("100 links, Werkzeug by hand", rounds)
    link = (
        statistics.median(
            ours - theirs
            for ours, theirs in zip(rounds_of("GET 200, 100 links", rounds), by_hand, strict=True)
        )
        / 100
    )
    console.print(f"one link: {link:.2f} us more than a formatted string")


def rounds_of(name: str, rounds: list[dict[str, float]]) -> list[float]:
    """The times of one case."""
    return [each[name] for each in rounds]


if __name__ == "__main__":
    main()
