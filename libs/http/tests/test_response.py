import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ogrom.http import JSON, Exchange, Problem, Renderer, Resource, Response, always
from ogrom.http.renderers import COMPRESSIBLE, compress
from ogrom.http.response import vary_of
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]

TEXT = Renderer("text/plain", lambda value: str(value).encode())


class Thing(Resource[object]):
    def exists(self, x: X) -> object:
        return {"n": 1}

    def headers(self, x: X) -> Mapping[str, str]:
        return {"Cache-Control": "max-age=60"}

    def last_modified(self, x: X) -> datetime:
        return datetime(1994, 11, 15, 12, 45, 26, tzinfo=UTC)

    def handle_ok(self, x: X) -> object:
        return x.entity

    def put(self, x: X) -> object:
        return None


def test_a_200_describes_the_entity() -> None:
    """Content has its type and its length, the entity its date and the resource's own fields."""
    assert call(Thing()).response == Response(
        200,
        {
            "Content-Type": "application/json",
            "Cache-Control": "max-age=60",
            "Last-Modified": "Tue, 15 Nov 1994 12:45:26 GMT",
            "Vary": "Accept, Accept-Encoding",
            "Content-Length": "7",
        },
        b'{"n":1}',
    )


class Maker(Resource[object]):
    """Makes something in a state that the next change can name."""

    def exists(self, x: X) -> object:
        return "list"

    def etag(self, x: X) -> int:
        return 7

    def post(self, x: X) -> object:
        return "x" * COMPRESSIBLE

    def location(self, x: X) -> str:
        return "/made"

    def created_etag(self, x: X) -> int:
        return 1

    def handle_created(self, x: X) -> object:
        return x.result


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ({}, '"1"'),
        ({"Accept-Encoding": "gzip"}, '"1-gzip"'),
        ({"Accept": "application/msgpack"}, '"1-msgpack"'),
    ],
)
def test_a_201_names_the_state_that_was_made(accepted: dict[str, str], tag: str) -> None:
    """As a GET of its Location in the same form would, so that it can be changed at once (RFC 9110, 15.3.2)."""
    response = call(Maker(), "POST", headers=accepted).response
    assert (response.status, response.headers["Location"], response.headers.get("ETag")) == (
        201,
        "/made",
        tag,
    )


def test_a_post_that_sends_elsewhere_has_no_tag() -> None:
    """Its response is about no state of anything."""
    resource = type("Doing", (Maker,), {"post_redirect": always(True)})()
    response = call(resource, "POST").response
    assert (response.status, "ETag" in response.headers) == (303, False)


def test_a_304_has_the_fields_of_the_200_but_for_content() -> None:
    """A cache learns what it may keep (RFC 9110, 15.4.5)."""
    response = call(Thing(), headers={"If-Modified-Since": "Tue, 15 Nov 1994 12:45:26 GMT"}).response
    expected = {"Cache-Control", "Last-Modified", "Vary"}
    assert (response.status, set(response.headers), response.content) == (304, expected, b"")


@pytest.mark.parametrize(
    ("name", "headers", "method", "status"),
    [
        ("handle_no_content", {}, "PUT", 204),
        ("handle_not_modified", {"If-Modified-Since": "Tue, 15 Nov 1994 12:45:26 GMT"}, "GET", 304),
    ],
)
def test_what_has_no_content_gets_none(name: str, headers: dict[str, str], method: str, status: int) -> None:
    """Content after a 204 or 304 would be read as the next response, so there is none."""
    resource = type("Talking", (Thing,), {name: lambda self, x: {"n": 1}})()
    response = call(resource, method, headers=headers).response
    assert (response.status, response.content) == (status, b"")
    assert not {"Content-Length", "Content-Type"} & response.headers.keys()


def test_none_is_no_content() -> None:
    """A handler that returns None sends nothing, and no type for it."""
    response = call(type("Silent", (Thing,), {"handle_ok": lambda self, x: None})()).response
    assert (response.headers["Content-Length"], response.content) == ("0", b"")
    assert "Content-Type" not in response.headers


def test_a_handler_may_say_everything_itself() -> None:
    """A Response goes out as it is."""
    said = Response(203, {"X": "1"}, b"own")
    assert call(type("Own", (Thing,), {"handle_ok": lambda self, x: said})()).response == said


@pytest.mark.parametrize(("status", "length"), [(200, {"Content-Length": "3"}), (304, {})])
def test_a_response_to_head_has_no_content(status: int, length: dict[str, str]) -> None:
    """A handler's own Response to HEAD has no content, but keeps its length."""
    said = Response(status, {"X": "1"}, b"own" if status == 200 else b"")
    response = call(type("Own", (Thing,), {"handle_ok": lambda self, x: said})(), "HEAD").response
    assert response == Response(status, {"X": "1", **length}, b"")
    assert said.headers == {"X": "1"}


def test_a_problem_needs_a_status_where_there_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """A 200 with a problem in it would deceive everyone."""
    told = type("Told", (Thing,), {"handle_ok": lambda self, x: Problem("no", status=418)})()
    untold = type("Untold", (Thing,), {"handle_ok": lambda self, x: Problem("no")})()
    assert call(told).response.status == 418
    assert call(untold).response.status == 500
    assert "Untold ends in 200 with Problem(detail='no'" in caplog.text


def test_errors_have_what_their_status_demands_whatever_is_said() -> None:
    """Allow, WWW-Authenticate and Retry-After belong to a status, not to the form of its content."""

    class Plain(Thing):
        renderers = (TEXT,)

        def handle_method_not_allowed(self, x: X) -> object:
            return "no"

        def handle_too_many_requests(self, x: X) -> object:
            return "slowly"

    class Busy(Plain):
        too_many_requests = always(True)

    response = call(Plain(), "POST").response
    assert (response.status, response.content) == (405, b"no")
    assert response.headers["Allow"] == "GET, HEAD, PUT, OPTIONS"
    assert response.headers["Content-Type"] == "text/plain"
    assert call(Busy()).response.headers["Retry-After"] == "5"


def test_multiple_representations_are_rendered() -> None:
    """A 300 has content, but is no state of the entity."""
    choices = {
        "multiple_representations": always(True),
        "handle_multiple_representations": lambda self, x: ["a", "b"],
    }
    response = call(type("Choice", (Thing,), choices)()).response
    assert (response.status, response.content) == (300, b'["a","b"]')
    assert "Last-Modified" not in response.headers


def test_only_what_is_worth_it_is_compressed() -> None:
    """Short content is sent as it is, unless the client refuses that."""

    class Long(Thing):
        renderers = (TEXT,)

        def exists(self, x: X) -> object:
            return "x" * int(x.request.target[1:])

    def coding(length: int, accept: str) -> str | None:
        response = call(Long(), headers={"Accept-Encoding": accept}, target=f"/{length}").response
        return response.headers.get("Content-Encoding")

    assert coding(COMPRESSIBLE - 1, "gzip") is None
    assert coding(COMPRESSIBLE, "gzip") == "gzip"
    assert coding(COMPRESSIBLE, "br") is None
    assert coding(1, "gzip, identity;q=0") == "gzip"
    assert coding(1, "gzip, *;q=0") == "gzip"


def test_compression_is_the_same_at_any_time() -> None:
    """Equal content gives equal bytes, as a strong entity tag promises."""
    assert compress(b"a" * 5000) == compress(b"a" * 5000)
    assert compress(b"")[4:8] == b"\0\0\0\0"
    assert gzip.decompress(compress(b"abc")) == b"abc"


def test_vary_names_what_is_on_offer() -> None:
    """A field is named where it can make a difference."""

    def vary(**members: Any) -> str:
        return vary_of(type("Varied", (Thing,), members))

    assert vary(encodings=(), renderers=(JSON,)) == ""
    assert vary(encodings=()) == "Accept"
    assert vary(encodings=(), renderers=(JSON, TEXT)) == "Accept"
    assert vary(encodings=(), languages=("de", "en"), renderers=(JSON,)) == "Accept-Language"
    assert vary(languages=("de",), renderers=(JSON,)) == "Accept-Encoding"
    assert (
        "Vary"
        not in call(type("Plain", (Thing,), {"encodings": (), "renderers": (JSON,)})()).response.headers
    )


def test_content_has_the_language_that_was_chosen() -> None:
    """Content-Language is what was negotiated, or the default."""
    resource = type("Speaking", (Thing,), {"languages": ("de", "en")})()
    assert call(resource).response.headers["Content-Language"] == "de"
    assert call(resource, headers={"Accept-Language": "en"}).response.headers["Content-Language"] == "en"


def test_a_suffix_is_fit_for_a_tag() -> None:
    """A type's parameters have no place in an entity tag."""
    assert Renderer("text/html; charset=utf-8", JSON.render).suffix == "-html"
    assert JSON.suffix == "-json"


def test_a_problem_document_says_which_request() -> None:
    """The document names the request and leaves out what is empty."""
    response = call(Thing(), target="/x?y=1").response
    assert json.loads(response.content) == {
        "type": "/problems/invalid-query",
        "title": "The query has errors",
        "status": 400,
        "detail": "There are no query parameters here; leave the query out.",
        "instance": "/x?y=1",
        "request_id": "test",
        "errors": [{"parameter": "y", "detail": "y is not a known parameter"}],
    }


def test_no_cache_keeps_an_error() -> None:
    """A 404 says no-store, since caches may keep one that does not: what is missing now may be made soon."""

    class Missing(Resource[object]):
        exists = always(False)
        handle_ok = always({})

    assert call(Missing()).response.headers["Cache-Control"] == "no-store"
