from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
import pytest

from ogrom.http import CSV, JSON, MESSAGEPACK, Exchange, Problem, Renderer, Resource, always
from ogrom.http.html import BROWSABLE_RENDERERS, HTML
from ogrom.http.problem import MEDIA_TYPE
from ogrom.http.renderers import problem_renderer
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


class Thing(Resource[object]):
    renderers: ClassVar[tuple[Renderer, ...]] = (*BROWSABLE_RENDERERS, CSV)

    def exists(self, x: X) -> object:
        return {"n": 1}

    def etag(self, x: X) -> int:
        return 7

    def headers(self, x: X) -> Mapping[str, str]:
        return {"Cache-Control": "public, max-age=60"}

    def handle_ok(self, x: X) -> object:
        return x.entity


class Closed(Thing):
    allowed = always(Problem("Only on <Sundays>.", extensions={"day": "Sunday"}))


@pytest.mark.parametrize(
    ("accept", "media_type", "tag", "content"),
    [
        ("*/*", "application/json", '"7"', b'{"n":1}'),
        ("application/*", "application/json", '"7"', b'{"n":1}'),
        ("application/msgpack", "application/msgpack", '"7-msgpack"', b"\x81\xa1n\x01"),
        ("text/csv", "text/csv; charset=utf-8; header=present", '"7-csv"', b"n\r\n1\r\n"),
    ],
)
def test_each_form_has_its_bytes_and_its_tag(accept: str, media_type: str, tag: str, content: bytes) -> None:
    """A form has a media type, an entity tag that tells it from the others, and the same value."""
    response = call(Thing(), headers={"Accept": accept}).response
    assert (response.headers["Content-Type"], response.headers["ETag"], response.content) == (
        media_type,
        tag,
        content,
    )
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    again = call(Thing(), headers={"Accept": accept, "If-None-Match": tag}).response
    assert (again.status, again.headers["ETag"]) == (304, tag)


def test_a_browser_gets_a_page_and_a_program_json() -> None:
    """A browser's own Accept means a page; a client that names nothing gets JSON."""
    assert call(Thing(), headers={"Accept": BROWSER}).response.headers["Content-Type"] == HTML.media_type
    assert call(Thing()).response.headers["Content-Type"] == JSON.media_type


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/problem+json", JSON),
        ("application/json", JSON),
        ("application/msgpack", MESSAGEPACK),
        (BROWSER, HTML),
        ("text/csv", JSON),
        ("image/png", JSON),
    ],
)
def test_problems_are_negotiated(accept: str, expected: Renderer) -> None:
    """A problem comes in the form that the client reads, and in JSON if it reads none of them."""
    assert problem_renderer(accept, None, BROWSABLE_RENDERERS) is expected


def test_the_form_that_was_chosen_holds_for_problems() -> None:
    """Where a form was negotiated before the refusal, its problem is in that form."""
    assert problem_renderer("*/*", MESSAGEPACK) is MESSAGEPACK
    assert problem_renderer("text/csv", CSV) is JSON


@pytest.mark.parametrize("accept", ["application/msgpack", "application/json", "text/csv", BROWSER])
def test_a_problem_says_the_same_in_all_forms(accept: str) -> None:
    """Members, status and obligations do not depend on the form, nor on whether a form was negotiated."""
    response = call(Closed(), headers={"Accept": accept}, target="/x").response
    assert (response.status, response.headers["Cache-Control"]) == (403, "no-store")
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    if accept == BROWSER:
        assert response.headers["Content-Type"] == HTML.media_type
        assert b"Only on &lt;Sundays&gt;." in response.content
        return
    packed = accept == "application/msgpack"
    assert response.headers["Content-Type"] == (MESSAGEPACK.media_type if packed else MEDIA_TYPE)
    decode: Any = msgspec.msgpack.decode if packed else msgspec.json.decode
    assert decode(response.content) == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "Only on <Sundays>.",
        "instance": "/x",
        "request_id": "test",
        "day": "Sunday",
    }


@pytest.mark.parametrize("field", ["If-None-Match", "If-Modified-Since"])
def test_a_page_is_never_not_modified(field: str) -> None:
    """A page tells of one request, so it has no validators and no cache can have it."""
    value = '"7", "7-html"' if field == "If-None-Match" else "Tue, 15 Nov 2044 12:45:26 GMT"
    response = call(Thing(), headers={"Accept": "text/html", field: value}).response
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert not {"ETag", "Last-Modified"} & response.headers.keys()


def test_errors_of_a_single_form_vary_too() -> None:
    """A resource with one form has many for its problems, and says so there only."""

    class Single(Thing):
        renderers = (JSON,)
        encodings = ()

    assert "Vary" not in call(Single()).response.headers
    assert call(Single(), "BREW").response.headers["Vary"] == "Accept"
