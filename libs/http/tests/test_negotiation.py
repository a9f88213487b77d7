import string
import time

import pytest
from hypothesis import given, strategies as st

from ogrom.http import Exchange, Problem, Resource
from ogrom.http.decisions import FIELD_LIMIT
from ogrom.http.negotiation import best_encoding, best_language, best_media_type, preferences
from ogrom.http.response import refusal
from ogrom.http.testing import Request, call


class Absent(Resource[object]):
    """What nobody can have."""

    def service_available(self, x: Exchange[object]) -> bool:
        return False

    def handle_ok(self, x: Exchange[object]) -> object:
        return {}


OFFERED = ("application/json", "text/html", "text/csv")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("text/*", "text/html"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, text/html;q=0.4", "text/csv"),
        ("text/csv, text/html, application/json", "application/json"),
        ("text/*;q=0.5, text/html;q=0, */*;q=0.1", "text/csv"),
        ("*/*;q=0.1, application/json;q=0", "text/html"),
        ("Text/CSV;Q=0.9, text/html;q=0.1", "text/csv"),
        ("text/html;level=1", None),
        ("text/html;level=1, text/html;q=0.3", "text/html"),
        ("application/json;charset=UTF-8", "application/json"),
        ('application/json; charset="utf-8"', "application/json"),
        ("application/json;charset=latin-1", None),
        ("image/png", None),
        ("*/*;q=0", None),
        ("*/csv", None),
        ("application/xhtml+xml, image/png, */*;q=.2", "application/json"),
        ("text/html,,", "text/html"),
        (" , ", "application/json"),
        ("nonsense, text/csv", "text/csv"),
        ("text/csv;q=x, text/html;q=0.9", "text/csv"),
        ("text/csv;q=-1, text/html;q=0.9", "text/csv"),
        ("text/csv;q=nan, text/html;q=0.9", "text/csv"),
        ("text/csv;q=0.333333, text/html;q=0.3", "text/csv"),
        ("text/csv;q=0.5;ext=1, text/html;q=0.9", "text/html"),
        ('text/csv;x="a,b;q=0", text/html;q=0.1', "text/html"),
        ('text/csv;x="\\"", text/html;q=0.1', "text/html"),
    ],
)
def test_accept(accept: str, expected: str | None) -> None:
    """The most wanted type is chosen by its most specific range, ties by the server's order."""
    assert best_media_type(accept, OFFERED) == expected


def test_parameters_of_an_offer_match() -> None:
    """A range with a parameter covers only offers with it, and covers them more specifically."""
    offered = ("text/html", "text/html;level=1")
    assert best_media_type("text/html;level=1", offered) == "text/html;level=1"
    assert best_media_type('text/html;level="1";q=0.5, text/html;q=0.9', offered) == "text/html"
    assert best_media_type("text/html;q=0.5, text/html;LEVEL=1", offered) == "text/html;level=1"


@pytest.mark.parametrize(
    ("accept", "available", "expected"),
    [
        ("de", ("en", "de"), "de"),
        ("de-CH-1996", ("en", "de"), "de"),
        ("de-CH", ("en", "de-DE"), None),
        ("de", ("de-DE",), None),
        ("EN-gb", ("en-GB",), "en-GB"),
        ("en-gb", ("en",), "en"),
        ("fr, en;q=0.5", ("de", "en"), "en"),
        ("en;q=0.2, de;q=0.8", ("en", "de"), "de"),
        ("de, en", ("en", "de"), "de"),
        ("*", ("en", "de"), "en"),
        ("de;q=0, *", ("de", "en"), "en"),
        ("en;q=0", ("en",), None),
        ("zh-Hant-x-private", ("zh-Hant",), "zh-Hant"),
        ("zh-x-private", ("zh", "zh-x"), "zh"),
        ("*-CH", ("de",), None),
        ("", ("de",), None),
    ],
)
def test_accept_language(accept: str, available: tuple[str, ...], expected: str | None) -> None:
    """Languages are looked up as RFC 4647, 3.4 says, with what the client refuses left out."""
    assert best_language(accept, available) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("*", "gzip"),
        ("br", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip;q=0.5, identity;q=0.1", "gzip"),
        ("gzip;q=0.1, identity;q=0.5", "identity"),
        ("gzip, identity", "gzip"),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("*;q=0, identity", "identity"),
        ("*;q=0, gzip", "gzip"),
        ("gzip;q=0, *", "identity"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("", "identity"),
    ],
)
def test_accept_encoding(accept: str, expected: str | None) -> None:
    """A coding is chosen where it is wanted at least as much as none (RFC 9110, 12.5.3)."""
    assert best_encoding(accept, ("gzip",)) == expected


weights = st.sampled_from(["", ";q=0", ";q=0.25", ";q=0.5", ";q=1"])
ranges = st.sampled_from([*OFFERED, "text/*", "application/*", "*/*", "image/png"])
members = st.lists(st.tuples(ranges, weights), min_size=1, max_size=5, unique_by=lambda pair: pair[0])


@given(members.flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))))
def test_the_order_of_accept_does_not_matter(
    both: tuple[list[tuple[str, str]], list[tuple[str, str]]],
) -> None:
    """Only weights and specificity count, so a shuffled Accept chooses the same."""
    one, other = (best_media_type(", ".join(map("".join, pairs)), OFFERED) for pairs in both)
    assert one == other


@given(members)
def test_case_and_spaces_do_not_matter(pairs: list[tuple[str, str]]) -> None:
    """An Accept in capitals and with spaces at its commas and semicolons chooses the same."""
    field = ",".join(map("".join, pairs))
    assert best_media_type(field, OFFERED) == best_media_type(
        field.upper().replace(",", " , ").replace(";", " ; "), OFFERED
    )


@given(st.text(alphabet=string.printable) | st.text(alphabet='abc/*;,="\\q01. -'))
def test_no_field_breaks_negotiation(field: str) -> None:
    """Whatever a client sends, the answer is an offer or None."""
    assert best_media_type(field, OFFERED) in (*OFFERED, None)
    assert best_language(field, ("de", "en-GB")) in ("de", "en-GB", None)
    assert best_encoding(field, ("gzip",)) in ("gzip", "identity", None)
    assert all(0 <= preference.weight <= 1 for preference in preferences(field))


@pytest.mark.parametrize("piece", ["a-", "a,", 'a;b="c",', ";", '"', "*/*;q=0.1,", "a/b;q=0.1;"])
def test_time_grows_with_the_field_only(piece: str) -> None:
    """As much of a field as we read is read in a moment, whatever it repeats."""
    field = piece * (FIELD_LIMIT // len(piece))
    before = time.thread_time()
    best_media_type(field, OFFERED)
    best_language(field, ("de", "zh-Hant-TW"))
    best_encoding(field, ("gzip",))
    assert time.thread_time() - before < 0.5


def test_an_error_reads_no_more_of_accept_than_anything_else() -> None:
    """What comes after the limit is neither cached nor read."""
    field = ", ".join(["a/b;q=0.1"] * 1000) + ", text/html"
    assert len(field) > FIELD_LIMIT
    asked = Request(headers={"Accept": field})
    for response in (refusal(Problem("No."), 404, asked), call(Absent(), headers={"Accept": field}).response):
        assert response.headers["Content-Type"] == "application/problem+json"
