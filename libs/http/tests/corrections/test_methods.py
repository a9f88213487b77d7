"""Where Ogrom departs from Liberator: OPTIONS, writes and redirects. A test is named after its correction."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ogrom.http import DefinitionError, Endpoint, ETag, Exchange, Problem, Resource, Response, always
from ogrom.http.problem import MEDIA_TYPE
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    pages: int


class Thing(Resource[object]):
    """It is there, and takes every method."""

    def exists(self, x: X) -> object:
        return {"title": "old"}

    def etag(self, x: X) -> ETag | str | int | None:
        return "v1"

    def last_modified(self, x: X) -> datetime | None:
        return datetime(1994, 11, 15, 12, 45, 26, tzinfo=UTC)

    def location(self, x: X) -> str | None:
        return "/there"

    def handle_ok(self, x: X) -> object:
        return x.entity

    def put(self, x: X) -> object:
        return {"title": "put"}

    def patch(self, x: X) -> object:
        return {"title": "patched"}

    def post(self, x: X) -> object:
        return {"title": "posted"}

    def delete(self, x: X) -> object:
        return None


class Missing(Thing):
    exists = always(None)


def status(resource: Resource[Any], method: str = "GET", **headers: str) -> int:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(resource, method, headers=fields).response.status


def problem(response: Response) -> Any:
    assert response.headers["Content-Type"] == MEDIA_TYPE
    return json.loads(response.content)


def test_options() -> None:
    """OPTIONS is always answered, HEAD whenever GET is, the others where there is an action for them."""

    class ReadOnly(Resource[object]):
        def handle_ok(self, x: X) -> object:
            return 1

    class Write(Resource[object]):
        def patch(self, x: Exchange[object, Draft]) -> object:
            return 1

    def allow(resource: Resource[Any], method: str) -> tuple[int, str]:
        response = call(resource, method).response
        return response.status, response.headers["Allow"]

    assert allow(ReadOnly(), "OPTIONS") == (200, "GET, HEAD, OPTIONS")
    assert allow(ReadOnly(), "PUT") == (405, "GET, HEAD, OPTIONS")
    assert allow(Thing(), "OPTIONS") == (200, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
    assert allow(Write(), "GET") == (405, "PATCH, OPTIONS")
    assert call(Write(), "OPTIONS").response.headers["Accept-Patch"] == (
        "application/merge-patch+json, application/json, application/msgpack, application/vnd.msgpack"
    )


def test_options_asks_nothing_about_the_entity() -> None:
    """An answer that is given before the entity is looked for does not describe it."""

    class Describing(Thing):
        def headers(self, x: X) -> Mapping[str, str]:
            return {"Cache-Control": x.entity["lifetime"]}

        def etag(self, x: X) -> str:
            return str(x.entity["title"])

    response = call(Describing(), "OPTIONS").response
    assert response.status == 200
    assert response.headers.keys() == {"Allow", "Vary", "Content-Length"}


def test_gone_post() -> None:
    """A POST to what is gone is a 410 unless the resource lets it."""

    class Gone(Missing):
        existed = always(True)

    class Reborn(Gone):
        can_post_to_gone = always(True)

    assert status(Gone(), "POST") == 410
    assert status(Reborn(), "POST") == 201


def test_new_default() -> None:
    """A PUT says 201 only where there was nothing before, a POST always."""

    class Always(Thing):
        exists = always(True)

    class Never(Thing):
        exists = always(False)

    class Collection(Resource[object]):
        def post(self, x: X) -> object:
            return {"n": 1}

        def put(self, x: X) -> object:
            return {"n": 1}

    assert status(Thing(), "PUT") == 204
    assert status(Always(), "PUT") == 204
    assert status(Collection(), "PUT") == 204
    assert status(Missing(), "PUT") == 201
    assert status(Never(), "PUT") == 201
    assert status(Thing(), "POST") == 201
    assert status(Collection(), "POST") == 201
    assert call(Thing(), "POST").response.headers["Location"] == "/there"
    assert call(Collection(), "POST").response.content == b'{"n":1}'


def test_put_missing() -> None:
    """A PUT where clients make nothing is a 404."""

    class Fixed(Missing):
        can_put_to_missing = always(False)

    assert status(Fixed(), "PUT") == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
def test_patch_conflict(method: str) -> None:
    """Every change of what is there, a PATCH too, may contradict its state."""

    class Contradicting(Thing):
        def conflict(self, x: X) -> bool | Problem:
            return Problem("It is sold.")

    response, path = call(Contradicting(), method)
    assert (response.status, path[-1]) == (409, "handle_conflict")
    assert problem(response)["detail"] == "It is sold."


def test_redirects() -> None:
    """A redirect needs a location: an error at definition where there is none, a 500 where it is None."""

    class Moved(Missing):
        existed = always(True)
        permanent_redirect = always(True)

    class Lost(Moved):
        def location(self, x: X) -> str | None:
            return None

    class Nowhere(Resource[object]):
        existed = always(True)
        moved_permanently = always(True)
        handle_ok = always(1)

        def exists(self, x: X) -> bool:
            return False

    class Elsewhere(Thing):
        post_redirect = always(True)

    assert status(Moved()) == 308
    assert call(Moved()).response.headers["Location"] == "/there"
    assert status(Elsewhere(), "POST") == 303
    with pytest.raises(
        DefinitionError, match=r"Nowhere can end in handle_moved_permanently.*define `location`"
    ):
        Endpoint("nowhere", "/", Nowhere())
    assert status(Lost()) == 500


def test_a_lost_location_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """The log of a redirect without a location names the class."""

    class Lost(Missing):
        existed = always(True)
        moved_temporarily = always(True)

        def location(self, x: X) -> str | None:
            return None

    call(Lost())
    (record,) = caplog.records
    assert "Lost redirects, but its `location` is None" in str(record.exc_info)


class Typed(Thing):
    def post(self, x: Exchange[Any, Draft]) -> object:
        return {"title": x.body.title}


@pytest.mark.parametrize(
    ("content_type", "content", "expected"),
    [
        ("application/json", b'{"title": "a", "pages": 1}', 201),
        ("application/json; charset=utf-8", b'{"title": "a", "pages": 1}', 201),
        ("application/json", b'{"title": "a", "pages": 1', 400),
        ("application/json", b'{"title": 1, "pages": "x", "more": 2}', 422),
        ("text/plain", b'{"title": "a", "pages": 1}', 415),
    ],
)
def test_body(content_type: str, content: bytes, expected: int) -> None:
    """Content is refused as 400, 415 or 422 before any decision that needs it."""
    response, path = call(Typed(), "POST", headers={"Content-Type": content_type}, content=content)
    assert response.status == expected
    assert ("post+" in path) is (expected == 201)
    if expected == 422:
        assert [error["pointer"] for error in problem(response)["errors"]] == ["#/title", "#/pages", "#/more"]
