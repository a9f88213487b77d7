"""What is noted of an exchange."""

from collections.abc import Callable
from itertools import pairwise

from ogrom.http import Endpoint, Exchange, Mount, Resource
from ogrom.http.graph import NODES
from ogrom.http.testing import Request
from ogrom.http.trace import Trace, Tracer, Traces
from ogrom.http.trace.recording import Recording

TraceOf = Callable[..., Trace]


def test_the_way_is_whole(trace: TraceOf) -> None:
    """Each node leads to the next, from the first to the handler."""
    visits = trace().visits
    assert (visits[0].name, visits[-1].name) == ("initialize_context", "handle_ok")
    for visit, next_ in pairwise(visits):
        node = NODES[visit.name]
        assert next_.name == (node.on_true if visit.answer else node.on_false)


def test_nodes_that_the_class_settles_are_told_apart(trace: TraceOf) -> None:
    """These are left out where nobody traces."""
    settled = {visit.name: visit.settled for visit in trace().visits}
    assert settled["service_available"]
    assert not settled["exists"]
    assert not settled["handle_ok"]


def test_what_nodes_found_is_noted_without_secrets(trace: TraceOf) -> None:
    """The entity where it was found, the representation where it was chosen."""
    found = {visit.name: visit.found for visit in trace(headers={"Accept": "application/json"}).visits}
    assert found["media_type_available"] == "renderer = application/json"
    assert found["exists"] == "entity = {'id': 1, 'token': ***}"
    assert found["handle_ok"] == ""


def test_a_reason_is_noted_where_it_was_given(trace: TraceOf) -> None:
    """A Problem of a decision."""
    said = trace("PUT", context="busy", headers={"Content-Length": "0"})
    found = {visit.name: visit.found for visit in said.visits}
    assert said.handler == "handle_conflict"
    assert "Somebody has it." in found["conflict"]


def test_times_are_noted(trace: TraceOf) -> None:
    """In microseconds; together they are not longer than the whole."""
    said = trace()
    assert all(visit.microseconds > 0 for visit in said.visits)
    assert sum(visit.microseconds for visit in said.visits) <= said.microseconds


def test_a_node_that_raised_has_no_answer(trace: TraceOf) -> None:
    """Its error is there, without secrets, and the path ends where exceptions are explained."""
    said = trace(thing_id=2)
    *_, broken, end = said.visits
    assert (broken.name, broken.answer, end.name, said.status) == ("exists", None, "handle_exception", 500)
    assert broken.found.startswith("LookupError(")
    assert "geheim" not in repr(said)


def test_a_handler_that_raised_is_on_the_way() -> None:
    """Behind it comes the one that explains."""

    class Broken(Resource[None]):
        def handle_ok(self, x: Exchange[None]) -> object:
            raise ValueError

    tracer, mount = Tracer(Traces(), everything=True), Mount("", (Endpoint("b", "/b", Broken()),))
    tracer.respond(mount, mount.endpoints[0], Request(target="/b"), context=None, arguments={})
    (said,) = tracer.traces.last()
    assert [visit.name for visit in said.visits[-2:]] == ["handle_ok", "handle_exception"]


def test_a_page_can_show_its_own_way() -> None:
    """While it is rendered, the exchange knows its trace's page and the nodes that the request decides."""

    class Own(Resource[None]):
        def handle_ok(self, x: Exchange[None]) -> object:
            assert x.path is not None
            return {"page": x.trace_page, "path": [name for name, _ in x.path]}

    tracer, mount = Tracer(Traces(), everything=True), Mount("", (Endpoint("o", "/o", Own()),))
    response = tracer.respond(mount, mount.endpoints[0], Request(target="/o"), context=None, arguments={})
    (said,) = tracer.traces.last()
    assert response.content.startswith(b'{"page":"/trace/%s"' % said.id.encode())
    assert response.content.endswith(b'"handle_ok"]}')


def test_calls_of_sources_are_noted(trace: TraceOf) -> None:
    """Which source, which call and during which node; the context is left out."""
    (made,) = trace(context="ctx").calls
    assert (made.source, made.method, made.node, made.error) == (
        "things",
        "thing_by_id(1, fail=False)",
        "exists",
        "",
    )
    assert made.microseconds > 0


def test_a_call_stands_before_those_that_it_makes() -> None:
    """A reader meets the cache before the database that it asks."""
    recording = Recording()
    with recording.calling("cache", "get()"), recording.calling("database", "get()"):
        pass
    outer, inner = recording.calls
    assert (outer.source, inner.source) == ("cache", "database")
    assert outer.microseconds > inner.microseconds > 0


def test_calls_that_fail_are_noted_with_their_error(trace: TraceOf) -> None:
    """The error goes on to whoever called."""
    (made,) = trace(thing_id=2).calls
    assert made.error == 'LookupError("password=***")'


def test_header_fields_are_noted_without_credentials(trace: TraceOf) -> None:
    """Of the request as of the response."""
    said = trace(headers={"Authorization": "geheim", "Accept": "*/*"})
    assert said.request_headers == (("accept", "*/*"), ("authorization", "***"))
    assert dict(said.response_headers)["ETag"].startswith('"one~')
    assert "geheim" not in repr(said)
