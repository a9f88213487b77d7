"""What deciding a request costs in process: `./dev bench http`.

Each case takes a WSGI environ to a finished response, without a server, and is compared with a view for the same
response's happy path, written by hand over Werkzeug. The cases run in turn, in many rounds; the table shows medians of
rounds, and differences and ratios within rounds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import flask
import msgspec
from rich.console import Console
from rich.table import Table
from werkzeug.test import create_environ
from werkzeug.wrappers import Request as WerkzeugRequest, Response as WerkzeugResponse

from bench.measure.options import plain_parser
from bench.measure.timing import Sample, difference, ratio, rounds, seconds_per_call
from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Resource
from ogrom.http.flask import WsgiRequest, blueprint
from ogrom.http.trace import TraceKey, Tracer, Traces

ROUNDS = 60
CALLS = 300
LINKS = "GET 200, 100 links"

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
    """POST makes an item."""

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
View = Callable[..., WerkzeugResponse]
ENDPOINTS = {each.name: each for each in MOUNT.endpoints}
TAG = f'"3{MOUNT.fingerprints["item"]}"'


@dataclass(frozen=True)
class Case:
    """A request, and a view by hand that answers it.

    Attributes:
        name: in the table.
        run: decides one request.
        status: that the response must have.
        by_hand: does the happy path only.
    """

    name: str
    run: Callable[[], Any]
    status: int
    by_hand: Callable[[], Any]


def _case(
    name: str, endpoint: str, status: int, by_hand: View, number: int | None = None, **environ: Any
) -> Case:
    path = endpoint if number is None else f"items/{number}"
    made = create_environ(f"/v1/de-DE/{path}", **environ)
    arguments: Mapping[str, object] = {} if number is None else {"item_id": number}
    content = environ.get("data", b"")

    def rewound() -> dict[str, Any]:
        if content:
            made["wsgi.input"].seek(0)
        return made

    def run() -> Any:
        return MOUNT.respond(ENDPOINTS[endpoint], WsgiRequest(rewound()), context=None, arguments=arguments)

    return Case(name, run, status, lambda: by_hand(WerkzeugRequest(rewound()), **arguments))


def item_by_hand(request: WerkzeugRequest, item_id: int) -> WerkzeugResponse:
    """One item: no negotiation, HEAD, 405, 406 or Vary, and one tag to match."""
    if item_id != 7:
        problem = {"type": "about:blank", "title": "Not Found", "status": 404, "instance": request.path}
        return WerkzeugResponse(msgspec.json.encode(problem), 404, content_type="application/problem+json")
    if request.headers.get("If-None-Match") == TAG:
        return WerkzeugResponse(status=304, headers={"ETag": TAG})
    return WerkzeugResponse(msgspec.json.encode(ITEM), 200, {"ETag": TAG}, content_type="application/json")


def items_by_hand(request: WerkzeugRequest) -> WerkzeugResponse:
    """A new item, if its content is valid."""
    draft = DRAFTS.decode(request.get_data())
    made = msgspec.json.encode({"title": draft.title})
    return WerkzeugResponse(made, 201, {"Location": "/v1/de-DE/items/8"}, content_type="application/json")


def links_by_hand(request: WerkzeugRequest) -> WerkzeugResponse:
    """A hundred formatted strings."""
    links = ["/v1/de-DE/items/%d" % number for number in range(1, 101)]  # noqa: UP031  # the fastest way
    return WerkzeugResponse(msgspec.json.encode(links), 200, content_type="application/json")


DRAFTS = msgspec.json.Decoder(Draft)


def _with(tracer: Tracer, name: str) -> Case:
    made = create_environ("/v1/de-DE/items/7", headers={"Accept": "application/json"})

    def run() -> Any:
        request = WsgiRequest(made)
        return tracer.respond(MOUNT, ENDPOINTS["item"], request, context=None, arguments={"item_id": 7})

    return Case(name, run, 200, lambda: item_by_hand(WerkzeugRequest(made), 7))


def _through_flask(name: str) -> Case:
    """From the WSGI environ to the last byte; by hand, a view in a blueprint."""
    ours, theirs = flask.Flask("ours"), flask.Flask("theirs")
    ours.register_blueprint(blueprint("items", MOUNT, context=lambda request: None))
    views = flask.Blueprint("items", __name__, url_prefix="/v1/de-DE")
    views.add_url_rule("/items/<int:item_id>", "item", lambda item_id: item_by_hand(flask.request, item_id))
    theirs.register_blueprint(views)

    def through(app: flask.Flask) -> Callable[[], Any]:
        def run() -> tuple[bytes, str]:
            told: list[str] = []

            def start_response(status: str, *_: object) -> Callable[[bytes], object]:
                told.append(status)
                return sys.stdout.buffer.write  # never called

            parts = app(create_environ("/v1/de-DE/items/7"), start_response)
            return b"".join(parts), told[0]

        return run

    return Case(name, through(ours), 200, through(theirs))


BROWSER = {
    "Accept": "application/json;q=0.9, */*;q=0.8",
    "Accept-Encoding": "gzip, br",
    "Accept-Language": "de-DE, en;q=0.5",
}
POST: dict[str, Any] = {
    "method": "POST",
    "data": b'{"title": "A dress"}',
    "content_type": "application/json",
}
CASES = (
    _case("GET 200", "item", 200, item_by_hand, 7, headers={"Accept": "application/json"}),
    _with(Tracer(Traces(), key=TraceKey("k" * 32)), "GET 200, tracer there, not asked"),
    _with(Tracer(Traces(), everything=True), "GET 200, traced"),
    _case("GET 200, browser's fields", "item", 200, item_by_hand, 7, headers=BROWSER),
    _case("GET 304", "item", 304, item_by_hand, 7, headers={"If-None-Match": TAG}),
    _case("GET 404", "item", 404, item_by_hand, 8),
    _case("POST 201", "items", 201, items_by_hand, **POST),
    _case(LINKS, "links", 200, links_by_hand),
    _through_flask("GET 200, through Flask"),
)


def main(arguments: list[str]) -> None:
    """Measure in turn, and print the table."""
    plain_parser("http", __doc__).parse_args(arguments)
    for case in CASES:
        for response in (case.run(), case.by_hand()):
            assert _status(response) == case.status, (case.name, response)
    found = rounds(
        [run for case in CASES for run in (case.run, case.by_hand)],
        lambda run: seconds_per_call(run, [()] * CALLS) * 1e6,
        ROUNDS,
    )
    table = Table(
        *("case", "us", "lowest", "by hand, us", "more, us", "times"),
        title=f"{ROUNDS} rounds of {CALLS} calls, medians",
    )
    for case in CASES:
        ours, by_hand = Sample(found[case.run]), Sample(found[case.by_hand])
        more = difference(ours, by_hand).middle
        numbers = (ours.median, min(ours.values), by_hand.median, more)
        table.add_row(case.name, *(f"{each:.1f}" for each in numbers), f"{ratio(ours, by_hand).middle:.2f}")
        if case.name == LINKS:
            table.caption = f"one link: {more / 100:.2f} us more than a formatted string"
    Console(width=100).print(table)


def _status(response: Any) -> int:
    """The status of one of our responses, of Werkzeug's, or of a WSGI application's."""
    if isinstance(response, tuple):
        return int(response[1][:3])
    return int(getattr(response, "status_code", None) or response.status)


if __name__ == "__main__":
    main(sys.argv[1:])
