"""Where Ogrom departs from Liberator: preconditions. A test is named after its correction."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ogrom.http import ETag, Exchange, Resource, always
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]

BEFORE = "Mon, 14 Nov 1994 12:45:26 GMT"
CHANGED = "Tue, 15 Nov 1994 12:45:26 GMT"
AFTER = "Wed, 16 Nov 1994 12:45:26 GMT"


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


class Dated(Thing):
    """It has no entity tags, only dates."""

    etag = always(None)


class Missing(Thing):
    exists = always(None)


def status(resource: Resource[Any], method: str = "GET", **headers: str) -> int:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(resource, method, headers=fields).response.status


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
    """A request that would not succeed anyway ignores its preconditions."""

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
    """With `If-None-Match: *` a PUT only creates: 201 if there is nothing yet, 412 if there is."""
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
    assert [status(Dated(), method, If_Modified_Since=AFTER) for method in ("GET", "HEAD")] == [304] * 2
    for method, expected in (("PUT", 204), ("PATCH", 204), ("DELETE", 204), ("POST", 201)):
        assert status(Dated(), method, If_Modified_Since=AFTER) == expected


def test_ims_etag() -> None:
    """Beside entity tags no date is sent, and none ends in a 304; If-Unmodified-Since asks about the state."""
    assert "Last-Modified" not in call(Thing()).response.headers
    assert status(Thing(), If_Modified_Since=AFTER) == 200
    assert status(Thing(), "PUT", If_Unmodified_Since=BEFORE) == 412
    assert status(Thing(), "PUT", If_Unmodified_Since=AFTER) == 204


def test_no_last_modified() -> None:
    """Where no date is known, dates decide nothing."""

    class Undated(Dated):
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

    class Precise(Dated):
        def last_modified(self, x: X) -> datetime | None:
            return datetime(1994, 11, 15, 12, 45, 26, 999999, tzinfo=UTC)

    sent = call(Precise()).response.headers["Last-Modified"]
    assert sent == CHANGED
    assert status(Precise(), If_Modified_Since=sent) == 304
    assert status(Precise(), "PUT", If_Unmodified_Since=sent) == 204


def test_precondition_required() -> None:
    """Where it is required, no client changes what it has not seen."""

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
