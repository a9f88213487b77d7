"""Where Ogrom departs from Liberator: negotiation and Vary. A test is named after its correction."""

import gzip
from collections.abc import Mapping
from typing import Any

import pytest

from ogrom.http import JSON, DefinitionError, ETag, Exchange, Renderer, Resource
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]

CSV = Renderer("text/csv", lambda value: repr(value).encode())


class Thing(Resource[object]):
    """It is there."""

    def exists(self, x: X) -> object:
        return {"title": "old"}

    def etag(self, x: X) -> ETag | str | int | None:
        return "v1"

    def handle_ok(self, x: X) -> object:
        return x.entity


def status(resource: Resource[Any], method: str = "GET", **headers: str) -> int:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(resource, method, headers=fields).response.status


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
