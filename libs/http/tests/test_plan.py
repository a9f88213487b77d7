import gzip
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from ogrom.http import GRAPH, JSON, Exchange, Problem, Renderer, Resource, always, only_for
from ogrom.http.nodes import KNOWN_METHODS, Constant
from ogrom.http.plan import ANY_OTHER, plan, reachable
from ogrom.http.problem import MEDIA_TYPE
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]

CSV = Renderer("text/csv", lambda value: repr(value).encode())
LONG = Renderer("text/plain", lambda _: b"long " * 400)


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    n: int


def putting(resource: object, x: Exchange[Any, Draft]) -> object:
    return {"n": x.body.n}


ANSWERABLE = [
    node.name
    for node in GRAPH
    if node.kind == "decision"
    and not node.methods
    and not node.name.endswith(("_exists", "_star", "_valid_date", "_for_missing"))
    and node.name not in ("query_well_formed", "body_well_formed", "body_valid")
]
HANDLERS = [node.name for node in GRAPH if node.kind == "handler"]


class Dependent:
    """An answer that a plan cannot know beforehand."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __call__(self, resource: object = None, x: object = None, /) -> object:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def __repr__(self) -> str:
        return f"Dependent({self.answer!r})"


def bound(answer: Dependent) -> Any:
    return lambda _, x: answer()


def answers(*further: object) -> st.SearchStrategy[Any]:
    values = st.sampled_from([True, False, *further])
    return values.map(always) | values.map(Dependent).map(bound)


STAMP = datetime(1994, 11, 15, 12, 45, 26, 7, tzinfo=UTC)
members = st.fixed_dictionaries(
    {},
    optional={
        **{name: answers(Problem("no")) for name in ANSWERABLE if name != "exists"},
        "exists": answers(None, {"n": 7}, Problem("no")),
        "conflict": answers(Problem("conflict"), ValueError("broken")),
        **{name: answers({"n": 1}, Problem("so", status=418)) for name in HANDLERS},
        "etag": st.sampled_from(["v1", 'v"1', 7, None]).map(Dependent).map(bound),
        "last_modified": st.just(bound(Dependent(STAMP))),
        "location": st.just(bound(Dependent("/there"))),
        "methods": st.sets(st.sampled_from(KNOWN_METHODS)).map(lambda methods: tuple(sorted(methods))),
        "renderers": st.sampled_from([(JSON,), (JSON, CSV), (LONG, JSON)]),
        "languages": st.sampled_from([(), ("de",), ("en-GB", "de-DE")]),
        "strict_language": st.booleans(),
        "encodings": st.sampled_from([(), ("gzip",)]),
        "put": st.just(putting),
        "patch": st.just(putting),
        "post": st.just(bound(Dependent({"n": 2}))),
        "delete": st.just(bound(Dependent(None))),
    },
)
requests = st.fixed_dictionaries(
    {"method": st.sampled_from([*KNOWN_METHODS, "BREW"])},
    optional={
        "content": st.sampled_from([b'{"n": 3}', b'{"n": "x"}', b"{", b""]),
        "target": st.sampled_from(["/", "/?q=1"]),
    },
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(["*/*", "text/csv", "image/png", ""]),
        "Accept-Language": st.sampled_from(["de", "fr", "*"]),
        "Accept-Encoding": st.sampled_from(["gzip", "identity;q=0", "br"]),
        "Content-Type": st.sampled_from(["application/json", "text/plain"]),
        "If-Match": st.sampled_from(["*", '"v1"', '"v2"', '"v1-gzip"']),
        "If-None-Match": st.sampled_from(["*", '"v1"', 'W/"v1"', '"v2"']),
        "If-Modified-Since": st.sampled_from(["Tue, 15 Nov 1994 12:45:26 GMT", "x"]),
        "If-Unmodified-Since": st.sampled_from(["Mon, 14 Nov 1994 12:45:26 GMT", "x"]),
    },
)


@settings(max_examples=400, deadline=None)
@given(members, requests, headers)
def test_folding_changes_no_answer(
    members: dict[str, Any], request: dict[str, Any], headers: dict[str, str]
) -> None:
    """Whatever a resource answers and a client asks, the folded plan gives what the whole graph gives."""
    resource = type("Any_", (Resource,), members)()
    folded = call(resource, headers=headers, **request)
    whole = call(resource, headers=headers, **request, folded=False)
    assert folded.response == whole.response
    assert folded.path[-1] == whole.path[-1]
    assert len(folded.path) <= len(whole.path)
    walked = iter(whole.path)
    assert all(step in walked for step in folded.path)  # in the same order, with the same answers


@settings(max_examples=200, deadline=None)
@given(members, requests, headers)
def test_responses_are_well_formed(
    members: dict[str, Any], request: dict[str, Any], headers: dict[str, str]
) -> None:
    """Every response keeps what RFC 9110 demands of its status, whatever the resource answers."""
    resource = type("Any_", (Resource,), members)()
    response, path = call(resource, headers=headers, **request)
    assert ("WWW-Authenticate" in response.headers) >= (response.status == 401)
    assert ("Allow" in response.headers) >= (response.status == 405)
    assert ("Retry-After" in response.headers) >= (response.status in (429, 503))
    assert ("Location" in response.headers) >= (response.status in (301, 303, 307, 308))
    assert path[-1] in HANDLERS
    if request["method"] == "HEAD" or response.status in (204, 304):
        assert response.content == b""
    else:
        assert response.headers["Content-Length"] == str(len(response.content))
    if response.content and "Content-Encoding" in response.headers:
        assert gzip.decompress(response.content)
    if response.headers.get("Content-Type") == MEDIA_TYPE and response.content:
        assert json.loads(response.content)["status"] == response.status


class Thing(Resource[object]):
    def exists(self, x: X) -> object:
        return {"n": 7}

    def handle_ok(self, x: X) -> object:
        return x.entity


def test_a_get_walks_few_nodes() -> None:
    """What cannot differ costs nothing: a GET of a plain resource asks eight questions."""
    assert [step.rstrip("+-") for step in call(Thing()).path] == [
        "query_well_formed",
        "accept_exists",
        "accept_encoding_exists",
        "exists",
        "if_match_exists",
        "if_unmodified_since_exists",
        "if_none_match_exists",
        "if_modified_since_exists",
        "handle_ok",
    ]


def test_an_unfolded_plan_has_the_whole_way() -> None:
    """A trace shows every node from the start on."""
    path = call(Thing(), folded=False).path
    assert path[:3] == ("initialize_context+", "service_available+", "too_many_requests-")
    assert len(path) == 36


def test_unknown_methods_have_one_plan() -> None:
    """Made-up methods fill no memory, and are refused at once."""
    before = plan.cache_info().currsize  # type: ignore[attr-defined]  # what `remembered` wraps
    assert [call(Thing(), f"BREW{n}").response.status for n in range(3)] == [501] * 3
    assert plan.cache_info().currsize <= before + 1  # type: ignore[attr-defined]
    assert [node.name for node in reachable(plan(Thing, ANY_OTHER))] == ["handle_unknown_method"]


def test_values_of_a_class_share_its_plan() -> None:
    """A plan belongs to the class, so making a resource costs nothing."""
    assert plan(Thing, "GET") is plan(Thing, "GET")


@pytest.mark.parametrize("folded", [True, False])
def test_a_constant_existence_is_noted(folded: bool) -> None:
    """A resource that always exists has existed, also where the decision is folded away."""

    class Always(Thing):
        exists = always(True)

        def put(self, x: X) -> object:
            return {"existed": x.existed}

        respond_with_entity = always(True)

    response, path = call(Always(), "PUT", folded=folded)
    assert (response.status, path[-1]) == (200, "handle_ok")
    assert json.loads(response.content) == {"existed": True}


def test_a_constant_that_is_no_bool_is_asked() -> None:
    """`always` may hold an entity or a Problem: the same for every request, but more than True or False."""

    class Fixed(Thing):
        exists = always({"n": 1})

    class Refused(Thing):
        allowed = always(Problem("Not today."))

    assert call(Fixed()).response.content == b'{"n":1}'
    assert "allowed" in {node.name for node in reachable(plan(Refused, "GET"))}
    assert json.loads(call(Refused()).response.content)["detail"] == "Not today."


def test_constants_show_what_they_hold() -> None:
    """A constant answer can be told from a method in a debugger."""
    assert repr(Constant(True)) == "always(True)"


def test_an_answer_for_some_methods_costs_the_others_nothing() -> None:
    """For those the graph is folded around the default, as if the class did not answer."""

    class Owned(Resource[object]):
        @only_for("DELETE")
        def allowed(self, x: X) -> bool:
            return False

        def delete(self, x: X) -> None:
            pass

        def handle_ok(self, x: X) -> str:
            return "here"

    class Inherits(Owned):
        pass

    for resource in (Owned(), Inherits()):
        refused, read = call(resource, "DELETE"), call(resource, "GET")
        assert (refused.response.status, read.response.status) == (403, 200)
        assert "allowed-" in refused.path
        assert "allowed+" not in read.path
        assert "allowed+" in call(resource, "GET", folded=False).path
        ends = {each.status for each in reachable(plan(type(resource), "GET"))}
        assert 403 not in ends
