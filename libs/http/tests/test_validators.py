from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ogrom.http import JSON, ETag, Exchange, Renderer, Resource, always
from ogrom.http.decisions import FIELD_LIMIT
from ogrom.http.testing import call
from ogrom.http.validators import (
    format_date,
    is_later,
    parse_date,
    parse_etags,
    strongly_matches,
    weakly_matched,
)

X = Exchange[Any, Any, Any]

opaques = st.text(alphabet=[chr(c) for c in [0x21, *range(0x23, 0x7F), *range(0x80, 0x100)]], max_size=9)
tags = st.builds(ETag, opaques, weak=st.booleans())


@given(st.lists(tags), st.sampled_from([",", ", ", " ,\t", ",,", ", ,"]))
def test_tags_are_read_as_they_are_written(each: list[ETag], comma: str) -> None:
    """A list of any tags, with any separator that RFC 9110, 5.6.1 allows, gives these tags."""
    assert parse_etags(comma.join(map(str, each))) == tuple(each)


@pytest.mark.parametrize(
    "field", ["v1", '"v1', 'v1"', '"a" "b"', '"a", b', 'w/"a"', '"a"x', '"a\nb"', "*, *"]
)
def test_a_malformed_list_has_no_tags(field: str) -> None:
    """A list that cannot be read whole is not read in parts."""
    assert parse_etags(field) == ()


def test_commas_belong_to_tags() -> None:
    """A comma inside of quotes separates nothing."""
    assert parse_etags('"a,b", W/"c,"') == (ETag("a,b"), ETag("c,", weak=True))


@pytest.mark.parametrize(
    ("one", "other", "strongly", "weakly"),
    [
        ('W/"1"', ETag("1", weak=True), False, True),
        ('W/"1"', ETag("2", weak=True), False, False),
        ('W/"1"', ETag("1"), False, True),
        ('"1"', ETag("1", weak=True), False, True),
        ('"1"', ETag("1"), True, True),
    ],
)
def test_comparison(one: str, other: ETag, strongly: bool, weakly: bool) -> None:
    """The table of RFC 9110, 8.8.3.2."""
    assert strongly_matches(one, other, {other.opaque}) is strongly
    assert (weakly_matched(one, [other.opaque]) is not None) is weakly


@pytest.mark.parametrize(
    "field",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
)
def test_dates_have_three_forms(field: str) -> None:
    """All of RFC 9110, 5.6.7 is read; only the first form is written."""
    moment = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
    assert parse_date(field) == moment
    assert format_date(moment) == "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    "field",
    ["", "yesterday", "Sun, 06 Nov 1994", "Sun, 06 Nov 19999999999999999999994 08:49:37 GMT", "0" * 8000],
)
def test_other_dates_are_none(field: str) -> None:
    """Text that names no moment is no date."""
    assert parse_date(field) is None


@given(st.text(alphabet="SunNovGMT0123456789:,+- ") | st.text())
def test_no_date_breaks_the_parser(field: str) -> None:
    """Whatever a client sends is an aware moment or None."""
    moment = parse_date(field)
    assert moment is None or moment.tzinfo is not None


moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001  # hypothesis adds the time zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]),
)


@given(moments)
def test_a_date_is_not_later_than_itself_as_sent(moment: datetime) -> None:
    """What is sent is read back as the same second, in which nothing is later."""
    sent = parse_date(format_date(moment))
    assert sent is not None
    assert sent == moment.replace(microsecond=0)
    assert not is_later(moment, sent)
    assert is_later(moment + timedelta(seconds=1), sent)


def test_a_date_needs_a_time_zone() -> None:
    """A naive datetime is ambiguous."""
    with pytest.raises(ValueError, match="has no time zone"):
        format_date(datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point


CSV = Renderer("text/csv; header=present", lambda value: b"x" * 2000)


class Thing(Resource[object]):
    renderers = (JSON, CSV)
    languages = ("de", "en")

    def exists(self, x: X) -> object:
        return "long" * 500

    def etag(self, x: X) -> ETag | str | int | None:
        return "v,1"

    def handle_ok(self, x: X) -> object:
        return x.entity

    def put(self, x: X) -> object:
        return x.entity


FORMS = [
    {},
    {"Accept-Encoding": "gzip"},
    {"Accept": "text/csv"},
    {"Accept-Language": "en"},
    {"Accept": "text/csv", "Accept-Language": "en", "Accept-Encoding": "gzip"},
]


def tag_of(headers: dict[str, str]) -> str:
    return call(Thing(), headers=headers).response.headers["ETag"]


def test_every_form_has_its_own_tag() -> None:
    """A strong tag names bytes, so each type, language and coding has another (RFC 9110, 8.8.1)."""
    assert [tag_of(headers) for headers in FORMS] == [
        '"v,1"',
        '"v,1-gzip"',
        '"v,1-csv"',
        '"v,1-en"',
        '"v,1-csv-en-gzip"',
    ]


@pytest.mark.parametrize("headers", FORMS)
def test_every_tag_that_is_sent_is_known(headers: dict[str, str]) -> None:
    """The tag of any form makes a 304 of the same request, and lets a PUT through."""
    tag = tag_of(headers)
    again = call(Thing(), headers={**headers, "If-None-Match": f'"x", {tag}'}).response
    assert (again.status, again.headers["ETag"], again.content) == (304, tag, b"")
    assert "Content-Type" not in again.headers
    assert "Content-Length" not in again.headers
    assert call(Thing(), "PUT", headers={"If-Match": tag}).response.status == 204


def test_the_tag_of_another_form_is_no_match() -> None:
    """A client that has the German text and asks for the English one gets it."""
    response = call(Thing(), headers={"Accept-Language": "en", "If-None-Match": '"v,1"'}).response
    assert response.status == 200


def test_a_304_carries_the_tag_that_matched() -> None:
    """A cache that stored the plain form is told that this one is fresh, though it would get gzip today."""
    headers = {"Accept-Encoding": "gzip", "If-None-Match": 'W/"v,1"'}
    assert call(Thing(), headers=headers).response.headers["ETag"] == '"v,1"'


def test_star_matches_whatever_is_there() -> None:
    """`*` needs no tag at all."""

    class Untagged(Thing):
        def etag(self, x: X) -> None:
            return None

    assert call(Untagged(), headers={"If-None-Match": " * "}).response.status == 304
    assert call(Untagged(), "PUT", headers={"If-Match": "*"}).response.status == 204
    assert call(Untagged(), "PUT", headers={"If-Match": '"a"'}).response.status == 412
    assert call(Untagged(), headers={"If-None-Match": '"a"'}).response.status == 200


@pytest.mark.parametrize("field", ["v,1", "", '"v,1', ","])
def test_what_cannot_be_read_matches_nothing(field: str) -> None:
    """A malformed or empty If-Match stops the change, and such an If-None-Match hides nothing."""
    assert call(Thing(), "PUT", headers={"If-Match": field}).response.status == 412
    assert call(Thing(), headers={"If-None-Match": field}).response.status == 200


def test_a_412_says_what_the_tag_is_now() -> None:
    """A client with an outdated tag is told the present one."""
    response = call(Thing(), "PUT", headers={"If-Match": '"v0"'}).response
    assert b'its ETag is now \\"v,1\\"' in response.content


@pytest.mark.parametrize("opaque", ['a"b', "a b", "a\nb", "\u20ac"])
def test_a_tag_of_the_resource_must_be_one(opaque: str, caplog: pytest.LogCaptureFixture) -> None:
    """A resource whose tag cannot be sent is told so, before a header breaks."""

    class Odd(Thing):
        def etag(self, x: X) -> str:
            return opaque

    assert call(Odd()).response.status == 500
    assert "Odd.etag returned" in caplog.text


def test_a_weak_tag_stays_weak() -> None:
    """Whichever form is sent, its tag is as weak as the resource's."""

    class Weak(Thing):
        def etag(self, x: X) -> ETag:
            return ETag("v1", weak=True)

    assert call(Weak(), headers={"Accept": "text/csv"}).response.headers["ETag"] == 'W/"v1-csv"'
    assert call(Weak(), headers={"If-None-Match": '"v1"'}).response.headers["ETag"] == 'W/"v1"'


def test_a_change_without_its_result_has_no_tag() -> None:
    """A tag of the state before does not match the state after."""

    class Silent(Thing):
        put = always(None)

        def delete(self, x: X) -> object:
            return None

        def post(self, x: X) -> object:
            return {"n": 1}

    assert "ETag" in call(Thing(), "PUT").response.headers
    assert [call(Silent(), method).response.status for method in ("PUT", "DELETE", "POST")] == [204, 204, 201]
    for method in ("PUT", "DELETE", "POST"):
        assert "ETag" not in call(Silent(), method).response.headers


def test_the_longest_field_is_read_in_a_moment() -> None:
    """A list of as many tags as we read still finds its match."""
    field = ", ".join(f'"{n}"' for n in range(1000)) + ', "v,1"'
    assert len(field) < FIELD_LIMIT
    assert call(Thing(), headers={"If-None-Match": field}).response.status == 304
