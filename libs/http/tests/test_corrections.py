"""One test for each place where Ogrom departs from Liberator; a test is named after its correction."""

import gzip
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ogrom.http import (
    JSON,
    Challenge,
    DefinitionError,
    Endpoint,
    ETag,
    Exchange,
    Problem,
    Renderer,
    Resource,
    Response,
    always,
)
from ogrom.http.problem import MEDIA_TYPE
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]

BEFORE = "Mon, 14 Nov 1994 12:45:26 GMT"
CHANGED = "Tue, 15 Nov 1994 12:45:26 GMT"
AFTER = "Wed, 16 Nov 1994 12:45:26 GMT"
CSV = Renderer("text/csv", lambda value: repr(value).encode(), MEDIA_TYPE)


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


def test_gone_post() -> None:
    """A POST to what is gone is a 410 unless the resource lets it."""

    class Gone(Missing):
        existed = always(True)

    class Reborn(Gone):
        can_post_to_gone = always(True)

    assert status(Gone(), "POST") == 410
    assert status(Reborn(), "POST") == 201


@pytest.mark.parametrize("tag", ["*", '"v1"', '"v2"', 'W/"v1"', "", "garbage"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_if_match_missing_where_it_would_create(method: str, tag: str) -> None:
    """Nothing is made for a request that is for certain states only, since there is none."""

    class Gone(Missing):
        existed = always(True)
        can_post_to_gone = always(True)

    response, path = call(Missing(), method, headers={"If-Match": tag})
    assert response.status == 412
    assert method.lower() + "+" not in path
    assert status(Gone(), method, If_Match=tag) == 412


@pytest.mark.parametrize("field", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("tag", ["*", '"v1"'])
def test_if_match_missing_where_it_would_not(field: str, tag: str) -> None:
    """Where there is nothing to decide upon, the answer stands and the preconditions are ignored."""

    class Moved(Missing):
        existed = always(True)
        moved_temporarily = always(True)

    class Elsewhere(Missing):
        put_to_different_url = always(True)

    class Refusing(Missing):
        can_put_to_missing = always(False)
        can_post_to_missing = always(False)

    class Gone(Missing):
        existed = always(True)

    def answer(resource: Resource[Any], method: str) -> int:
        return call(resource, method, headers={field: tag}).response.status

    assert [answer(Missing(), method) for method in ("GET", "HEAD", "PATCH", "DELETE")] == [404] * 4
    assert [answer(Refusing(), method) for method in ("PUT", "POST")] == [404] * 2
    assert [answer(Gone(), method) for method in ("GET", "PATCH", "DELETE", "POST")] == [410] * 4
    assert answer(Moved(), "GET") == 307
    assert answer(Elsewhere(), "PUT") == 301


def test_if_none_match_lets_a_put_create_once() -> None:
    """`If-None-Match: *` makes a PUT that only creates: 201 where nothing is, 412 where something is."""
    assert status(Missing(), "PUT", If_None_Match="*") == 201
    assert status(Thing(), "PUT", If_None_Match="*") == 412


def test_precedence() -> None:
    """Where there is an entity tag to compare, dates are ignored, whichever way the comparison went."""
    assert status(Thing(), If_Match='"v1"', If_Unmodified_Since=BEFORE) == 200
    assert status(Thing(), If_Match="*", If_Unmodified_Since=BEFORE) == 200
    assert status(Thing(), If_Match='"v2"', If_Unmodified_Since=AFTER) == 412
    assert status(Thing(), If_None_Match='"v2"', If_Modified_Since=AFTER) == 200
    assert status(Thing(), If_None_Match='"v1"', If_Modified_Since=BEFORE) == 304
    assert status(Thing(), If_None_Match="", If_Modified_Since=AFTER) == 200
    assert status(Thing(), If_Match='"v1"', If_None_Match='"v1"') == 304
    assert status(Thing(), If_Unmodified_Since=AFTER, If_None_Match='"v1"') == 304
    assert status(Thing(), If_Unmodified_Since=BEFORE) == 412


def test_ims_methods() -> None:
    """If-Modified-Since holds for GET and HEAD only."""
    assert [status(Thing(), method, If_Modified_Since=AFTER) for method in ("GET", "HEAD")] == [304] * 2
    for method, expected in (("PUT", 204), ("PATCH", 204), ("DELETE", 204), ("POST", 201)):
        assert status(Thing(), method, If_Modified_Since=AFTER) == expected


def test_no_last_modified() -> None:
    """Where no date is known, dates decide nothing."""

    class Undated(Thing):
        def last_modified(self, x: X) -> datetime | None:
            return None

    assert status(Undated(), If_Modified_Since=AFTER) == 200
    assert status(Undated(), "PUT", If_Unmodified_Since=BEFORE) == 204


def test_etag_lists() -> None:
    """Both fields may name several tags; If-None-Match compares them weakly, If-Match strongly."""

    class Weak(Thing):
        def etag(self, x: X) -> ETag:
            return ETag("v1", weak=True)

    assert status(Thing(), If_None_Match='"v0", W/"v1"') == 304
    assert status(Weak(), If_None_Match='"v1"') == 304
    assert status(Thing(), If_None_Match='"v0", "v2"') == 200
    assert status(Thing(), "PUT", If_Match='"v0" , "v1"') == 204
    assert status(Thing(), "PUT", If_Match='W/"v1"') == 412
    assert status(Weak(), "PUT", If_Match='"v1"') == 412
    assert status(Weak(), "PUT", If_Match='W/"v1"') == 412


def test_seconds() -> None:
    """A date that a client got from us is the date of what it got, whatever the fractions of its second."""

    class Precise(Thing):
        def last_modified(self, x: X) -> datetime | None:
            return datetime(1994, 11, 15, 12, 45, 26, 999999, tzinfo=UTC)

    sent = call(Precise()).response.headers["Last-Modified"]
    assert sent == CHANGED
    assert status(Precise(), If_Modified_Since=sent) == 304
    assert status(Precise(), "PUT", If_Unmodified_Since=sent) == 204


def test_vary() -> None:
    """Every negotiated answer names all that the resource could vary on, whatever this request asked."""

    class Varied(Thing):
        renderers = (JSON, CSV)
        languages = ("de-DE", "en-GB")

    expected = "Accept, Accept-Language, Accept-Encoding"
    for headers in ({}, {"If-None-Match": '"v1"'}, {"Accept": "image/png"}, {"If-Match": '"v2"'}):
        assert call(Varied(), headers=headers).response.headers["Vary"] == expected
    assert call(Thing()).response.headers["Vary"] == "Accept, Accept-Encoding"


def test_vary_keeps_what_the_resource_adds() -> None:
    """A resource that chooses by a field of its own adds it to the ones it is known to choose by."""

    class ByOrigin(Thing):
        def headers(self, x: X) -> Mapping[str, str]:
            return {"Vary": "Origin"}

    assert call(ByOrigin()).response.headers["Vary"] == "Origin, Accept, Accept-Encoding"


def test_accept_q() -> None:
    """q=0 refuses, the most specific range counts, ties go to the server's order, case does not matter."""

    class Both(Thing):
        renderers = (JSON, CSV)

    def chosen(accept: str) -> str | None:
        response = call(Both(), headers={"Accept": accept}).response
        return response.headers["Content-Type"] if response.status == 200 else None

    assert chosen("application/json;q=0") is None
    assert chosen("application/json;q=0, */*") == "text/csv"
    assert chosen("text/csv;q=0.2, text/*;q=0.9, application/json;q=0.5") == "application/json"
    assert chosen("text/csv, application/json") == "application/json"
    assert chosen("TEXT/CSV") == "text/csv"
    assert chosen("text/csv;version=2") is None


def test_accept_empty() -> None:
    """A resource without a representation is an error where it is defined, not a 406 for everyone."""
    with pytest.raises(DefinitionError, match="renderers is empty"):
        type("Empty", (Thing,), {"renderers": ()})


def test_language() -> None:
    """Languages are looked up with truncation; what is not there is 406 only where the resource insists."""

    class Speaking(Thing):
        languages = ("de-DE", "en")

    class Insisting(Speaking):
        strict_language = True

    def chosen(resource: Resource[Any], accept: str) -> str | None:
        response = call(resource, headers={"Accept-Language": accept}).response
        return response.headers["Content-Language"] if response.status == 200 else None

    assert chosen(Speaking(), "*") == "de-DE"
    assert chosen(Speaking(), "EN-gb, de;q=0.5") == "en"
    assert chosen(Speaking(), "fr") == "de-DE"
    assert chosen(Insisting(), "fr") is None
    assert chosen(Insisting(), "fr, *;q=0.1") == "de-DE"
    assert call(Insisting(), headers={"Accept-Language": "fr"}).response.status == 406
    assert call(Speaking()).response.headers["Content-Language"] == "de-DE"


def test_charset() -> None:
    """Accept-Charset is not even looked at."""
    assert status(Thing(), Accept_Charset="iso-8859-1;q=9, utf-8;q=0") == 200


def test_encoding() -> None:
    """What says gzip is gzipped; weights that nobody can read refuse nothing."""

    class Long(Thing):
        def handle_ok(self, x: X) -> object:
            return "long" * 500

    plain = call(Long()).response
    zipped = call(Long(), headers={"Accept-Encoding": "gzip"}).response
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.headers["Content-Length"] == str(len(zipped.content))
    assert (plain.headers["ETag"], zipped.headers["ETag"]) == ('"v1"', '"v1-gzip"')
    assert status(Long(), Accept_Encoding="gzip;q=7, br;q=x") == 200
    assert status(Long(), Accept_Encoding="br, identity;q=0") == 406


def test_head_errors() -> None:
    """HEAD never has content, and always the fields that GET has."""

    class NoGet(Thing):
        methods = ("POST",)

    class Broken(Thing):
        def exists(self, x: X) -> object:
            raise ValueError

    for resource, expected in ((NoGet(), 405), (Missing(), 404), (Thing(), 200), (Broken(), 500)):
        head, get = call(resource, "HEAD").response, call(resource, "GET").response
        assert (head.status, head.content) == (expected, b"")
        if expected != 405:  # whose words name the method
            assert head.headers == get.headers


def test_www_authenticate() -> None:
    """Every 401 says how to authenticate: as the decision does, else as the resource does."""

    class Closed(Thing):
        authorized = always(False)

    class Named(Closed):
        challenge = Challenge("Basic", {"realm": 'a "b"'})

    class Expired(Thing):
        def authorized(self, x: X) -> Challenge:
            return Challenge("Bearer", {"error": "invalid_token"}, "The token has expired.")

    class OwnWords(Closed):
        def handle_unauthorized(self, x: X) -> object:
            return {"sorry": True}

    class OwnProblem(Closed):
        def handle_unauthorized(self, x: X) -> object:
            return Problem("Log in.")

    def challenge(resource: Resource[Any]) -> str:
        response = call(resource).response
        assert response.status == 401
        return response.headers["WWW-Authenticate"]

    assert challenge(Closed()) == "Bearer"
    assert challenge(Named()) == r'Basic realm="a \"b\""'
    assert challenge(Expired()) == 'Bearer error="invalid_token"'
    assert problem(call(Expired()).response)["detail"] == "The token has expired."
    assert challenge(OwnWords()) == challenge(OwnProblem()) == "Bearer"


def test_error_form() -> None:
    """Every error is a problem document, also where nothing was negotiated yet or negotiation failed."""

    class Closed(Thing):
        allowed = always(Problem("Only on Sundays.", extensions={"day": "Sunday"}))

    for resource, method, headers, expected in (
        (Closed(), "GET", {}, 403),
        (Thing(), "GET", {"Accept": "image/png"}, 406),
        (Thing(), "BREW", {}, 501),
        (Missing(), "GET", {"Accept": "text/plain"}, 406),
        (Missing(), "GET", {}, 404),
    ):
        response = call(resource, method, headers=headers, target="/x").response
        document = problem(response)
        assert (response.status, document["status"], document["type"]) == (expected, expected, "about:blank")
        assert document["request_id"] == "test"
        assert document["instance"] == "/x"
        assert document["title"]
        assert document["detail"]
    assert problem(call(Closed()).response)["day"] == "Sunday"


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
    """What describes the entity has no place in an answer that was given before it was looked for."""

    class Describing(Thing):
        def headers(self, x: X) -> Mapping[str, str]:
            return {"Cache-Control": x.entity["lifetime"]}

        def etag(self, x: X) -> str:
            return str(x.entity["title"])

    response = call(Describing(), "OPTIONS").response
    assert response.status == 200
    assert response.headers.keys() == {"Allow", "Vary", "Content-Length"}


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
    """Whoever reads the log of a redirect without location learns which class has none."""

    class Lost(Missing):
        existed = always(True)
        moved_temporarily = always(True)

        def location(self, x: X) -> str | None:
            return None

    call(Lost())
    (record,) = caplog.records
    assert "Lost redirects but its `location` is None" in str(record.exc_info)


def test_exception_once(caplog: pytest.LogCaptureFixture) -> None:
    """An exception's handler is asked once, and what it raises itself goes no further."""
    asked = []

    class Broken(Thing):
        def exists(self, x: X) -> object:
            raise ValueError("secret")

        def handle_exception(self, x: X) -> object:
            asked.append(x.exception)
            assert x.exception is not None
            raise x.exception

    with caplog.at_level(logging.ERROR, "ogrom.http"):
        response, path = call(Broken())
    assert (response.status, path[-2:]) == (500, ("exists", "handle_exception"))
    assert len(asked) == len(caplog.records) == 1
    assert problem(response)["request_id"] == "test"
    assert b"secret" not in response.content


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


def test_precondition_required() -> None:
    """Where it is wanted, nobody changes what they have not seen."""

    class Careful(Thing):
        precondition_required = always(True)

    class CarefulMissing(Missing):
        precondition_required = always(True)

    for method in ("PUT", "PATCH", "DELETE"):
        assert status(Careful(), method) == 428
        assert status(Careful(), method, If_Unmodified_Since=AFTER) == 428
        assert status(Careful(), method, If_Match='"v1"') == 204
        assert status(Careful(), method, If_Match='"v2"') == 412
        assert status(Careful(), method, If_Match="") == 412
    assert status(Careful()) == 200
    assert status(Careful(), "POST") == 201
    assert status(CarefulMissing(), "PUT") == 201


def test_rate() -> None:
    """Who asks too often learns when to ask again, as the decision says or as the resource does."""

    class Busy(Thing):
        too_many_requests = always(True)
        retry_after = 7

    class Told(Busy):
        too_many_requests = always(Problem("Slowly.", headers={"Retry-After": "60"}))

    class Down(Thing):
        service_available = always(False)

    def retry_after(resource: Resource[Any]) -> tuple[int, str]:
        response = call(resource).response
        return response.status, response.headers["Retry-After"]

    assert retry_after(Busy()) == (429, "7")
    assert retry_after(Told()) == (429, "60")
    assert retry_after(Down()) == (503, "5")


def test_context() -> None:
    """What decisions find are fields of the exchange; nothing is merged into anything."""

    class Merging(Thing):
        def initialize_context(self, x: X) -> object:
            return {"title": "context", "list": [1]}

        def exists(self, x: X) -> object:
            return {"list": [2]}

        def handle_ok(self, x: X) -> object:
            return x.entity

    assert call(Merging(), context={"list": [0]}).response.content == b'{"list":[2]}'
