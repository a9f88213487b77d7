"""What the service answers is understood, its refusals too; what is none of its answers is refused."""

import gzip
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.client.exchange import MAX_BYTES
from ogrom.protocols.errors import BadCursor, Conflict, SourceError, Unavailable
from ogrom.protocols.models import CollageDraft
from ogrom.protocols.pages import PageRequest

URL = "/de/goods/1"


def test_a_product_is_read(
    standin: Any, sources: RemoteSources, said: Any, product: Any, a_product: Any
) -> None:
    """Members that we do not know are passed over."""
    standin.says(URL, said(a_product))
    found = product(sources)
    assert found is not None
    assert (found.title, found.price.amount, found.revision) == ("Rotes Kleid", 2000, 2)


def test_nothing_is_there(standin: Any, sources: RemoteSources, said: Any, product: Any) -> None:
    """A problem document says so; a page of a proxy says nothing about products."""
    assert product(sources) is None
    standin.says(URL, said(b"<h1>Not Found</h1>", 404, type="text/html"))
    with pytest.raises(Unavailable, match="is answered 404 Not Found"):
        product(sources)


STRANGE: dict[str, tuple[dict[str, Any], str]] = {
    "a page": ({"content": b"<html>", "type": "text/html"}, "with text/html, not application/json"),
    "no type": ({"content": b"{}", "type": " "}, "with content of no type"),
    "no JSON": ({"content": b"{"}, "not as expected"),
    "no UTF-8": ({"content": b'{"title":"\xff"}'}, "not as expected"),
    "a missing member": ({"content": {"id": 1}}, "missing required field `title`"),
    "another type": (
        {"changed": {"price": "20 EUR"}},
        r"Expected `object`, got `str` - at `\$.price`",
    ),
    "no id": ({"changed": {"id": 0}}, r"at `\$.id`"),
    "a redirect": ({"status": 302, "headers": {"Location": "http://other.example/"}}, "with 302"),
    "a 304 unasked": ({"status": 304}, "with 304"),
    "broken gzip": ({"content": b"no gzip", "headers": {"Content-Encoding": "gzip"}}, "broken gzip"),
    "far too much": (
        {"content": gzip.compress(b" " * (MAX_BYTES + 1)), "headers": {"Content-Encoding": "gzip"}},
        "more than 16777216 bytes",
    ),
    "a 500": ({"status": 500, "content": {"title": "Internal Server Error"}}, "500 Internal Server Error$"),
    "a 403 of a proxy": ({"status": 403, "content": b"no", "type": "text/plain"}, "403 Forbidden"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_service_that_is_none_of_ours_is_unavailable(
    standin: Any, sources: RemoteSources, said: Any, case: str, product: Any, a_product: Any
) -> None:
    """What it sent wrong is said, and it is not asked again."""
    answer, message = STRANGE[case]
    changed = answer.get("changed")
    standin.says(URL, said(a_product | changed) if changed else said(**answer))
    with pytest.raises(Unavailable, match=message):
        product(sources)
    assert len(standin.lines) == 1


def test_a_refusal_that_is_our_mistake_is_told_as_it_is(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """In the service's words, but not all too many of them."""
    errors = [{"parameter": "limit", "detail": "Expected int, got str"}] * 100
    standin.says("/de/goods", said({"title": "Bad Request", "errors": errors}, 400))
    with pytest.raises(SourceError, match="400 Bad Request: limit: Expected int, got str") as caught:
        sources.products.products(ctx(), PageRequest())
    assert type(caught.value) is SourceError
    assert len(str(caught.value)) < 500


def test_a_bad_cursor_is_told_from_other_mistakes(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """By the type of the problem; an older service names the parameter only."""
    problem = {"title": "Bad Request", "errors": [{"parameter": "cursor", "detail": "Not a cursor"}]}
    standin.says("/de/goods", said(problem, 400))
    with pytest.raises(BadCursor):
        sources.products.products(ctx(), PageRequest(cursor="x"))
    standin.says("/de/goods", said({"type": "/problems/bad-cursor"}, 400))
    with pytest.raises(BadCursor):
        sources.products.products(ctx(), PageRequest(cursor="x"))


@pytest.mark.parametrize("status", [409, 412, 422])
def test_a_write_that_does_not_fit_is_a_conflict(
    standin: Any, sources: RemoteSources, said: Any, status: int, ctx: Any, draft: CollageDraft
) -> None:
    """Nothing was stored; what does not fit is told."""
    problem = {"title": "No", "errors": [{"pointer": "#/author_id", "detail": "There is no user 1"}]}
    standin.says("/de/c", said(problem, status))
    with pytest.raises(Conflict, match=f"{status} No: #/author_id: There is no user 1"):
        sources.collages.add_collage(ctx(), draft)


def test_a_write_that_is_sent_elsewhere_was_not_made(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """A redirect is no success."""
    standin.says("/de/said/5", said(b"", 307, {"Location": "/de/said/6"}))
    with pytest.raises(Unavailable, match="is answered with 307"):
        sources.comments.delete_comment(ctx(), 5)
    assert standin.lines == ["DELETE /de/said/5"]
