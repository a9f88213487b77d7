"""What the tests of traces share: a resource, and a tracer of everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Problem, Resource, Response
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.testing import Request
from ogrom.http.trace import Trace, Tracer, Traces
from ogrom.http.trace.instrument import recorded

X = Exchange[dict[str, object]]
Ask = Callable[..., Response]


class Store:
    """A source with one thing in it."""

    name = "store"

    def thing_by_id(self, ctx: object, thing_id: int, *, fail: bool = False) -> dict[str, object] | None:
        if fail:
            raise LookupError("password='geheim'")
        return {"id": thing_id, "token": "geheim"} if thing_id == 1 else None


@dataclass(frozen=True)
class ThingResource(Resource[dict[str, object]]):
    """A thing of a store; the second one breaks it."""

    renderers = BROWSABLE_RENDERERS
    store: Store
    thing_id = PathParameter()

    def exists(self, x: X) -> dict[str, object] | None:
        return self.store.thing_by_id(x.context, self.thing_id(x), fail=self.thing_id(x) == 2)

    def etag(self, x: X) -> str:
        return "one"

    def conflict(self, x: X) -> bool | Problem:
        return Problem("Somebody has it.") if x.context == "busy" else False

    def put(self, x: Exchange[dict[str, object], Any]) -> dict[str, object]:
        return {"put": True}

    def handle_ok(self, x: X) -> object:
        return x.entity


THINGS = Mount("", (Endpoint("thing", "/things/{thing_id}", ThingResource(recorded(Store(), "things"))),))


@pytest.fixture
def tracer() -> Tracer:
    """Traces everything."""
    return Tracer(Traces(), everything=True)


@pytest.fixture
def ask(tracer: Tracer) -> Ask:
    """Asks for a thing, and is traced."""

    def ask(
        method: str = "GET",
        thing_id: int = 1,
        *,
        headers: Mapping[str, str] | None = None,
        context: object = None,
        by: Tracer = tracer,
    ) -> Response:
        request = Request(method, f"/things/{thing_id}", headers or {})
        arguments = {"thing_id": thing_id}
        return by.respond(THINGS, THINGS.endpoints[0], request, context=context, arguments=arguments)

    return ask


@pytest.fixture
def trace(ask: Ask, tracer: Tracer) -> Callable[..., Trace]:
    """The trace of asking for a thing."""

    def trace(*args: Any, **kwargs: Any) -> Trace:
        ask(*args, **kwargs)
        return tracer.traces.last()[0]

    return trace
