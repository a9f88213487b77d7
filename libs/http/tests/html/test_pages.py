"""What is on every page, and what it is sent with."""

import gzip
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from ogrom.http import Exchange, Resource, always
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.html.pages import HEADERS
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]


def test_a_page_tells_of_its_value_and_its_resource(page: Any) -> None:
    """Title, description, members, status line, breadcrumbs and JSON are on the page, programmers' notes are not."""
    reader, text = page(
        {"title": "Feierabend", "price": {"amount": 5499, "currency": "EUR"}, "paid": True, "none": None}
    )
    words = " ".join(" ".join(reader.texts).split())
    for expected in (
        "Feierabend",
        "A collage of products.",
        "It says more.",
        "54.99 EUR",
        "yes",
        "none",
        "200 OK",
    ):
        assert expected in words
    assert "programmers" not in text
    assert '<a href="/v1/de-DE/collages">collages</a>' in text
    assert '"amount": 5499' in " ".join(reader.texts)


def test_a_failure_is_a_page_too(page: Any, search_resource: Any) -> None:
    """A problem's detail leads, its faults are a table, and an exception is the end of the way."""

    class Failing(Resource[object]):
        renderers = BROWSABLE_RENDERERS

        def exists(self, x: X) -> object:
            raise LookupError("secret")

        handle_ok = always(None)

    response = call(Failing(), headers={"Accept": "text/html"}).response
    text = response.content.decode()
    assert (response.status, response.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "<h1>500 Internal Server Error</h1>" in text
    assert "handle_exception" in text
    assert "secret" not in text
    assert HEADERS.items() <= response.headers.items()
    reader, text = page({"n": 1}, "/s?limit=x&odd=1", search_resource)
    assert "<h1>400 Bad Request</h1>" in text
    assert '<p class="detail">Fix the listed parameters; the known ones are q, limit, kind, ids.</p>' in text
    assert "odd" in reader.texts


def test_a_page_runs_and_loads_only_what_is_in_it(collage_resource: Any) -> None:
    """The policy names the page's own style and script by their digests, and nothing of others."""
    response = call(collage_resource({"n": 1}), headers={"Accept": "text/html"}).response
    policy = response.headers["Content-Security-Policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (source,) = re.findall(rf"<{tag}>(.*?)</{tag}>", response.content.decode(), re.DOTALL)
        digest = b64encode(sha256(source.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none'; ")
    assert {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= set(policy.split("; "))
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_head_has_the_fields_of_get(collage_resource: Any) -> None:
    """HEAD is GET without content, for pages too."""
    got, head = (
        call(collage_resource({"n": 1}), method, headers={"Accept": "text/html"}).response
        for method in ("GET", "HEAD")
    )
    assert head.content == b""
    assert head.headers.keys() == got.headers.keys()
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


def test_a_page_can_be_compressed(read: Any, collage_resource: Any) -> None:
    """A page of some kilobytes is worth it, and is the same afterwards."""
    response = call(
        collage_resource({"n": 1}), headers={"Accept": "text/html", "Accept-Encoding": "gzip"}
    ).response
    assert response.headers["Content-Encoding"] == "gzip"
    assert "ETag" not in response.headers
    read(gzip.decompress(response.content))
