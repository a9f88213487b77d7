"""The path of a request through the graph, as a page shows it."""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from ogrom.http import Exchange, Resource, Response
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.response import respond
from ogrom.http.testing import Request
from ogrom.http.trace.recording import Recording, TracedExchange

X = Exchange[Any, Any, Any]
K = TypeVar("K", bound=Exchange[Any, Any, Any])


@dataclass(frozen=True)
class CollageResource(Resource[object]):
    shown: object
    renderers = BROWSABLE_RENDERERS

    def exists(self, x: X) -> object:
        return self.shown

    def etag(self, x: X) -> int:
        return 7

    def handle_ok(self, x: X) -> object:
        return self.shown


def exchange(kind: type[K]) -> K:
    request = Request(headers={"Accept": "text/html"})
    return kind(request, endpoint="collage", context=None, arguments={}, links={})


def way_on(response: Response) -> list[tuple[str, str]]:
    return re.findall(r'<li class="(\w+)"><code>(\w+)</code>', response.content.decode())


def test_the_way_is_shown() -> None:
    """The nodes that this request came by are listed with their answers, the handler last, traced or not."""
    untraced = way_on(respond(CollageResource({"n": 1}), exchange(Exchange)))
    assert ("yes", "exists") in untraced
    assert ("no", "if_match_exists") in untraced
    assert untraced[-1] == ("end", "handle_ok")
    response, _ = Recording().respond(CollageResource({"n": 1}), exchange(TracedExchange))
    assert set(untraced) - {("done", "initialize_context")} <= {*way_on(response)}
    assert way_on(response)[-1] == ("end", "handle_ok")


def test_a_traced_way_leads_to_the_whole_graph(read: Any) -> None:
    """Where everybody may see that; otherwise the page says nothing of it."""
    recording = Recording()
    response, _ = recording.respond(CollageResource({"n": 1}), exchange(TracedExchange))
    assert b"whole graph" not in response.content
    x = exchange(TracedExchange)
    x.trace_page = "/trace/0123"
    response, _ = Recording().respond(CollageResource({"n": 1}), x)
    assert "/trace/0123" in read(response.content).all("a", "href")


def test_the_way_to_an_exception_is_shown() -> None:
    """A node that raised is the last one before the explanation."""

    class Failing(CollageResource):
        def exists(self, x: X) -> object:
            raise LookupError

    untraced = way_on(respond(Failing(0), exchange(Exchange)))
    assert untraced[-2:] == [("raised", "exists"), ("end", "handle_exception")]
    response, _ = Recording().respond(Failing(0), exchange(TracedExchange))
    assert way_on(response)[-2:] == [("raised", "exists"), ("end", "handle_exception")]
