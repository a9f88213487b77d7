"""How a request ends whose content is not what was asked for: 400, 413, 415 and 422."""

import json
from typing import Annotated, Any

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from ogrom.http import Exchange, Resource
from ogrom.http.content import (
    PATCH_TYPES,
)
from ogrom.http.response import respond
from ogrom.http.testing import Request, call


class Draft(Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=1)]
    placements: list[int]


class Changes(Struct):
    title: str | UnsetType = UNSET


class Collage(Resource[object]):
    body_limit = 64

    def put(self, x: Exchange[Any, Draft]) -> object:
        return {"title": x.body.title}

    def patch(self, x: Exchange[Any, Changes]) -> object:
        return {"title": None if x.body.title is UNSET else x.body.title}

    def post(self, x: Exchange[Any]) -> object:
        return {"body": x.body}

    def handle_ok(self, x: Exchange[Any]) -> object:
        return x.entity


JSON = {"Content-Type": "application/json"}


def answer(method: str, content: bytes, headers: dict[str, str] = JSON) -> tuple[int, Any]:
    response = call(Collage(), method, headers=headers, content=content).response
    return response.status, json.loads(response.content) if response.content else None


def test_415_names_what_is_read() -> None:
    """Content of another type is answered with a header that says which is read."""
    for headers in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json;charset=latin1"}):
        response = call(Collage(), "PUT", headers=headers, content=b"{}").response
        assert (response.status, response.headers["Accept"]) == (
            415,
            "application/json, application/msgpack, application/vnd.msgpack",
        )
    response = call(Collage(), "PATCH", headers={"Content-Type": "text/plain"}, content=b"{}").response
    assert response.headers["Accept-Patch"] == ", ".join(PATCH_TYPES)


def test_415_for_coded_content() -> None:
    """Content in a coding that nobody undoes is refused, and what would do is named (RFC 9110, 12.5.3)."""
    response = call(
        Collage(), "PUT", headers={**JSON, "Content-Encoding": "gzip"}, content=b"\x1f\x8b"
    ).response
    assert (response.status, response.headers["Accept-Encoding"]) == (415, "identity")
    assert answer("PATCH", b"{}", {**JSON, "Content-Encoding": "identity"})[0] == 204


def test_patch_reads_merge_patches() -> None:
    """A PATCH is a JSON merge patch, whichever of the two types it calls itself."""
    for media_type in ("application/merge-patch+json", "application/json"):
        assert answer("PATCH", b'{"title": "a"}', {"Content-Type": media_type})[0] == 204
    assert answer("PUT", b"{}", {"Content-Type": "application/merge-patch+json"})[0] == 415


def test_a_part_is_not_put_in_place_of_the_whole() -> None:
    """Content-Range in a PUT is a 400; elsewhere it means nothing (RFC 9110, 14.4 and 14.5)."""
    part = {**JSON, "Content-Range": "bytes 0-31/64"}
    status, document = answer("PUT", b'{"title": "a", "placements": []}', part)
    assert (status, "Content-Range" in document["detail"]) == (400, True)
    assert answer("PATCH", b'{"title": "a"}', part)[0] == 204


def test_absent_content() -> None:
    """A request without content where some is needed is a 400, with a Content-Type or without."""
    for headers in ({}, JSON):
        status, document = answer("PUT", b"", headers)
        assert (status, document["detail"]) == (400, "The request has no content; send a JSON document.")


def test_422_lists_the_faults() -> None:
    """A 422 is a problem whose errors have a pointer and a detail each."""
    status, document = answer("PUT", b'{"title": 1}')
    assert (status, document["title"]) == (422, "The content has errors")
    assert document["errors"] == [
        {"pointer": "#/title", "detail": "title must be a string, not a whole number"},
        {"pointer": "#/placements", "detail": "placements is required"},
    ]


@pytest.mark.parametrize(("length", "expected"), [(63, 204), (64, 204), (65, 413), (10_000, 413)])
def test_the_limit_is_exact(length: int, expected: int) -> None:
    """Content of just the limit is read, one byte more is a 413."""
    content = b'{"title": "a", "placements": []}'.ljust(length)
    status, document = answer("PUT", content)
    assert status == expected
    if expected == 413:
        assert document["title"] == "The content is too large"
        assert document["detail"] == "The content must not exceed 64 bytes; send less."


def test_content_that_breaks_off_is_a_400() -> None:
    """Incomplete content is refused, even if it happens to be JSON."""
    for headers, body in (({}, b""), (JSON, b""), (JSON, b'{"title": "a", "placements": []}')):
        request = Request("PUT", headers=headers, body=body, length=60)
        x: Exchange[Any, Any, Any] = Exchange(request, endpoint="test", context=None, arguments={}, links={})
        response = respond(Collage(), x)
        assert response.status == 400
        assert b"ended before its Content-Length" in response.content


def test_undeclared_content_is_not_read() -> None:
    """An action that declares no body takes whatever is sent, and sees none of it."""
    assert answer("POST", b"\xff", {"Content-Type": "text/plain"}) == (201, {"body": None})


def test_problems_of_content_come_after_authorization_and_before_the_entity() -> None:
    """A client that may not write learns nothing about the content; unreadable content asks no source."""

    class Closed(Collage):
        def authorized(self, x: Exchange[Any]) -> bool:
            return False

    class Watched(Collage):
        def exists(self, x: Exchange[Any]) -> bool:
            raise AssertionError

    assert call(Closed(), "PUT", content=b"{", headers=JSON).response.status == 401
    for content in (b"{", b"{}"):
        assert call(Watched(), "PUT", content=content, headers=JSON).response.status in (400, 422)
