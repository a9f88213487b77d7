"""A read is tried again where that may help, within its deadline; a write is made once."""

import builtins
import time
from types import SimpleNamespace
from typing import Any

import pytest
import stamina

from ogrom.client import RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Timeout, Unavailable, Unconfirmed
from ogrom.protocols.models import CommentDraft

URL = "/de/goods/1"
COMMENT = {"id": 5, "collage_id": 11, "author_id": 1, "text": "Ja", "created_at": "2024-02-29T12:01:00Z"}


def cut(handler: Any) -> None:
    """Half an answer, then the end of the connection."""
    handler.wfile.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"id":'
    )
    handler.close_connection = True


def hang_up(handler: Any) -> None:
    handler.close_connection = True


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_tried_again(
    standin: Any, sources: RemoteSources, said: Any, status: int, product: Any, a_product: Any
) -> None:
    """What passes has passed at the third try."""
    trouble = said({"title": "Trouble"}, status)
    standin.says(URL, trouble, trouble, said(a_product))
    assert product(sources) is not None
    assert standin.lines == [f"GET {URL}"] * 3


@pytest.mark.parametrize("fault", [cut, hang_up])
def test_a_broken_connection_is_tried_again(
    standin: Any, sources: RemoteSources, said: Any, fault: Any, product: Any, a_product: Any
) -> None:
    """Half an answer is none."""
    standin.says(URL, fault, fault, said(a_product))
    assert product(sources) is not None
    standin.says(URL, fault)
    with pytest.raises(Unavailable, match=f"GET {standin.url}de/goods/1 failed"):
        product(sources)
    assert len(standin.lines) == 6


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (504, Timeout)])
def test_what_does_not_pass_is_an_error(
    standin: Any, sources: RemoteSources, said: Any, status: int, error: type[SourceError], product: Any
) -> None:
    """After three tries, in the service's own words."""
    standin.says(URL, said({"title": "Trouble", "detail": "Come back."}, status))
    with pytest.raises(
        error, match=rf"^products: GET .*/de/goods/1 is answered {status} Trouble: Come back.$"
    ):
        product(sources)
    assert len(standin.lines) == 3


def test_who_shall_come_back_too_late_does_not_wait(
    standin: Any, sources: RemoteSources, said: Any, product: Any, a_product: Any
) -> None:
    """Retry-After is beyond the deadline."""
    standin.says(URL, said({}, 503, {"Retry-After": "60"}), said(a_product))
    with pytest.raises(Unavailable):
        product(sources)
    assert len(standin.lines) == 1


def test_the_service_says_how_long_to_wait(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    monkeypatch: pytest.MonkeyPatch,
    product: Any,
    a_product: Any,
) -> None:
    """Retry-After is waited for, neither less nor more."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    standin.says(URL, said({}, 503, {"Retry-After": "1"}), said(a_product))
    with stamina.set_testing(False):
        assert product(sources) is not None
    assert waited == [1.0]


def test_nobody_waits_past_the_deadline(
    standin: Any, sources: RemoteSources, said: Any, monkeypatch: pytest.MonkeyPatch, product: Any
) -> None:
    """Where there is no time for a pause there is none for another try."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    product(sources)  # the homes are known from now on
    standin.says(URL, said({}, 503))
    monkeypatch.setattr("ogrom.client.service.MAX_PAUSE", 3600)
    soon = Context(locale="de-DE", deadline=time.monotonic() + 60)
    with stamina.set_testing(False), pytest.raises(Unavailable):
        sources.products.product_by_id(soon, 1)
    assert waited == []


@pytest.mark.parametrize(
    ("status", "type", "error"),
    [
        (429, "/problems/quota-exceeded", Unavailable),
        (500, "about:blank", Unconfirmed),
        (502, "about:blank", Unconfirmed),
        (503, "/problems/data-unavailable", Unavailable),
        (503, "/problems/overloaded", Unavailable),
        (503, "/problems/server-stopped", Unconfirmed),
        (503, "about:blank", Unconfirmed),  # before there were types, a lost COMMIT was told so, too
        (504, "/problems/data-timeout", Timeout),
        (504, "/problems/write-unconfirmed", Unconfirmed),
        (504, "about:blank", Unconfirmed),
    ],
)
def test_a_write_is_made_once(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    status: int,
    type: str,
    error: builtins.type[Exception],
    ctx: Any,
) -> None:
    """Only the type of the problem says that it was not stored."""
    standin.says("/de/c/11/said", said({"type": type}, status), said(COMMENT, 201))
    with pytest.raises(error) as caught:
        sources.comments.add_comment(ctx(), 11, CommentDraft(author_id=1, text="Ja"))
    assert caught.type is error
    assert standin.lines == ["POST /de/c/11/said"]


def test_a_write_that_a_balancer_has_nobody_for_was_not_stored(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """Its 503 is no problem document; any other failure of a proxy leaves it open."""
    standin.says("/de/c/11/liked/2", *(said(b"<h1>", each, type="text/html") for each in (503, 504)))
    with pytest.raises(Unavailable):
        sources.likes.like(ctx(), 11, 2)
    with pytest.raises(Unconfirmed):
        sources.likes.like(ctx(), 11, 2)


def test_a_write_whose_answer_is_lost_is_unconfirmed(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """The connection breaks, or the answer cannot be read; it is not sent again."""
    standin.says("/de/c/11/liked/2", hang_up, said(b"", 201, {"Content-Encoding": "gzip"}), said(b"", 201))
    standin.says("/de/c/11/said", said(b"{", 201))
    with pytest.raises(Unconfirmed, match="failed"):
        sources.likes.like(ctx(), 11, 2)
    with pytest.raises(Unconfirmed, match="not as expected"):
        sources.comments.add_comment(ctx(), 11, CommentDraft(author_id=1, text="Ja"))
    assert standin.lines == ["PUT /de/c/11/liked/2", "POST /de/c/11/said"]


def test_a_write_that_was_never_sent_was_not_stored(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """Nobody listens any more."""
    standin.says("/de/c/11/liked", said({"count": 1}, headers={"Connection": "close"}))
    assert sources.likes.likes(ctx(), 11) == 1  # the homes are known from now on
    standin.stop()
    with pytest.raises(Unavailable):
        sources.likes.like(ctx(), 11, 2)
