"""What may help is tried again, within the deadline and the budget; a write only with its key."""

import builtins
import re
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, SourceError, Timeout, Unavailable, Unconfirmed
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


@pytest.mark.parametrize("in_a_second", ["1", "Wed, 21 Oct 2015 07:28:01 GMT"])
def test_the_service_says_how_long_to_wait(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    monkeypatch: pytest.MonkeyPatch,
    paused: list[float],
    product: Any,
    a_product: Any,
    in_a_second: str,
) -> None:
    """Retry-After is the least, in seconds or as a date; chance adds a little, so that not all come back at once."""
    frozen = datetime(2015, 10, 21, 7, 28, tzinfo=UTC)
    monkeypatch.setattr("ogrom.client.retries.datetime", SimpleNamespace(now=lambda zone: frozen))
    monkeypatch.setattr("ogrom.client.retries.uniform", lambda least, most: most / 2)
    standin.says(URL, said({}, 503, {"Retry-After": in_a_second}), said(a_product))
    assert product(sources) is not None
    assert paused == [1.05]


@pytest.mark.parametrize(
    "nonsense", ["soon", "-1", "1.5", "9" * 10, "21 Oct 2015 07:28:00", f"1 Jan {'9' * 20} 00:00:00 GMT"]
)
def test_a_retry_after_that_says_nothing_is_passed_over(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    paused: list[float],
    product: Any,
    a_product: Any,
    nonsense: str,
) -> None:
    """As if there were none."""
    standin.says(URL, said({}, 503, {"Retry-After": nonsense}), said(a_product))
    assert product(sources) is not None
    assert 0.0 <= paused[0] <= 0.1


def test_pauses_are_drawn_at_random_and_grow(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    monkeypatch: pytest.MonkeyPatch,
    paused: list[float],
    product: Any,
) -> None:
    """Each from none at all to twice as much as before."""
    bounds: list[tuple[float, float]] = []

    def drawn(least: float, most: float) -> float:
        bounds.append((least, most))
        return most / 4

    monkeypatch.setattr("ogrom.client.retries.uniform", drawn)
    standin.says(URL, said({}, 503))
    with pytest.raises(Unavailable):
        product(sources)
    assert bounds == [(0.0, 0.1), (0.0, 0.2)]
    assert paused == [0.025, 0.05]


def test_nobody_waits_past_the_deadline(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    monkeypatch: pytest.MonkeyPatch,
    paused: list[float],
    product: Any,
) -> None:
    """Where there is no time for a pause there is none for another try."""
    product(sources)  # the homes are known from now on
    standin.says(URL, said({}, 503))
    monkeypatch.setattr("ogrom.client.retries.MAX_PAUSE", 3600)
    monkeypatch.setattr("ogrom.client.retries.FIRST_PAUSE", 3600)
    soon = Context(locale="de-DE", deadline=time.monotonic() + 60)
    with pytest.raises(Unavailable):
        sources.products.product_by_id(soon, 1)
    assert paused == []


def test_a_service_that_is_down_is_not_asked_three_times_for_ever(
    standin: Any, sources: RemoteSources, said: Any, product: Any, a_product: Any
) -> None:
    """The budget lasts for ten retries; what succeeds fills it again, a tenth of a retry each."""
    product(sources)  # the homes are known from now on
    standin.asked.clear()
    standin.says(URL, said({}, 503))
    for _ in range(20):
        with pytest.raises(Unavailable):
            product(sources)
    assert len(standin.asked) == 20 + 10
    standin.says(URL, said(a_product))
    for _ in range(11):
        product(sources)
    standin.says(URL, said({}, 503), said(a_product))
    standin.asked.clear()
    assert product(sources) is not None
    assert len(standin.asked) == 2


KEY = re.compile(r'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"')


def keys(standin: Any) -> list[str]:
    return [each.headers.get("idempotency-key", "") for each in standin.asked if each.method != "GET"]


@pytest.mark.parametrize(
    ("status", "type"),
    [
        (408, "/problems/request-timeout"),
        (429, "/problems/quota-exceeded"),
        (502, "about:blank"),
        (503, "/problems/overloaded"),
        (503, "/problems/server-stopped"),
        (504, "/problems/write-unconfirmed"),
    ],
)
def test_a_write_is_sent_again_with_its_key(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any, status: int, type: str
) -> None:
    """The service knows by the key that it is the same; each write has its own."""
    standin.says("/de/c/11/said", said({"type": type}, status), hang_up, said(COMMENT, 201))
    for _ in range(2):
        assert sources.comments.add_comment(ctx(), 11, CommentDraft(author_id=1, text="Ja")).id == 5
    first, again, third, other = keys(standin)
    assert first == again == third != other
    assert all(KEY.fullmatch(each) for each in (first, other))


def test_a_write_whose_key_is_under_way_waits(
    standin: Any, sources: RemoteSources, said: Any, paused: list[float], ctx: Any
) -> None:
    """A 409 with Retry-After says so; one without is a conflict at once."""
    standin.says("/de/c/11/liked/2", hang_up, said({}, 409, {"Retry-After": "1"}), said(b"", 201))
    assert sources.likes.like(ctx(), 11, 2)
    assert paused[-1] >= 1.0
    standin.says("/de/c/11/liked/2", said({}, 409))
    with pytest.raises(Conflict):
        sources.likes.like(ctx(), 11, 2)
    assert len(standin.lines) == 4


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
def test_a_service_that_keeps_no_keys_gets_a_write_once(
    standin: Any,
    sources: RemoteSources,
    said: Any,
    status: int,
    type: str,
    error: builtins.type[Exception],
    ctx: Any,
) -> None:
    """Its home has no template for them; only the type of the problem says that it was not stored."""
    older = standin.answer_to("/de/").content
    templates = {name: each for name, each in older["templates"].items() if name != "write"}
    standin.says("/de/", said({**older, "templates": templates}))
    standin.says("/de/c/11/said", said({"type": type}, status), said(COMMENT, 201))
    with pytest.raises(error) as caught:
        sources.comments.add_comment(ctx(), 11, CommentDraft(author_id=1, text="Ja"))
    assert caught.type is error
    assert standin.lines == ["POST /de/c/11/said"]
    assert keys(standin) == [""]


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ((503, "/problems/overloaded"), Unconfirmed),
        ((429, "/problems/quota-exceeded"), Unconfirmed),
        ((401, "/problems/expired-token"), Unconfirmed),
        ((500, "about:blank"), Unconfirmed),
        ((302, "about:blank"), Unconfirmed),
        ((412, "/problems/stale-revision"), Conflict),
        ((422, "/problems/invalid-content"), Conflict),
    ],
)
def test_a_repeat_that_is_turned_away_says_nothing_of_the_first(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any, last: Any, error: type[Exception]
) -> None:
    """What comes before the look for the key leaves it open; what comes after says that nothing was stored."""
    status, type_ = last
    standin.says("/de/c/11/said", hang_up, said({"type": type_}, status))
    with pytest.raises(error) as caught:
        sources.comments.add_comment(ctx(), 11, CommentDraft(author_id=1, text="Ja"))
    assert caught.type is error


def test_a_write_that_a_balancer_has_nobody_for_was_not_stored(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """Its 503 is no problem document; any other failure of a proxy leaves it open."""
    standin.says("/de/c/11/liked/2", said(b"<h1>", 503, type="text/html"))
    with pytest.raises(Unavailable):
        sources.likes.like(ctx(), 11, 2)
    standin.says("/de/c/11/liked/2", said(b"<h1>", 504, type="text/html"))
    with pytest.raises(Unconfirmed):
        sources.likes.like(ctx(), 11, 2)


def test_a_write_whose_answer_is_lost_is_unconfirmed(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """The connection breaks at each try, or the answer cannot be read."""
    standin.says("/de/c/11/liked/2", hang_up)
    with pytest.raises(Unconfirmed, match="failed"):
        sources.likes.like(ctx(), 11, 2)
    assert standin.lines == ["PUT /de/c/11/liked/2"] * 3
    standin.asked.clear()
    standin.says("/de/c/11/liked/2", said(b"", 201, {"Content-Encoding": "gzip"}))
    standin.says("/de/c/11/said", said(b"{", 201))
    with pytest.raises(Unconfirmed, match="broken gzip"):
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
