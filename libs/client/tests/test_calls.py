"""Lists: pages, cursors, and what is asked for by ids."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ogrom.client import RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable
from ogrom.protocols.pages import PageRequest


def ctx() -> Context:
    return Context(locale="de-DE", deadline=time.monotonic() + 60)


def user(id: int) -> dict[str, object]:
    return {"id": id, "name": f"{id}", "avatar_url": "", "revision": 1, "created_at": "2024-02-29T12:01:00Z"}


def query(target: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(target).query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("following", "cursor"),
    [
        (None, None),
        ("/de/found?q=a&limit=1&cursor=a%2Bb%3D", "a+b="),
        ("http://elsewhere.example/?cursor=x", "x"),
    ],
)
def test_the_cursor_is_that_of_the_link_to_the_next_page(
    standin: Any, sources: RemoteSources, said: Any, following: str | None, cursor: str | None
) -> None:
    """It is sent back as it was given."""
    standin.says("/de/found", said({"items": [], "next": following}))
    assert sources.search.search(ctx(), "a", PageRequest(limit=1)).next_cursor == cursor
    sources.search.search(ctx(), "a", PageRequest(limit=1, cursor=cursor))
    sent = {"q": ["a"], "limit": ["1"]} | ({} if cursor is None else {"cursor": [cursor]})
    assert query(standin.asked[-1].target) == sent


def test_a_next_page_without_a_cursor_is_not_the_end(standin: Any, sources: RemoteSources, said: Any) -> None:
    """The list goes on, and nobody could say where."""
    standin.says("/de/found", said({"items": [], "next": "/de/found?page=2"}))
    with pytest.raises(Unavailable, match="without a cursor"):
        sources.search.search(ctx(), "a", PageRequest())


def test_a_hundred_ids_are_one_request(standin: Any, sources: RemoteSources, said: Any) -> None:
    """Each once, and none that is no id."""
    standin.says("/de/people", *(said({"items": [user(id)], "next": None}) for id in (1, 101, 201)))
    found = sources.users.users_by_ids(ctx(), [*range(-5, 251), *range(50), 2**63])
    assert found.keys() == {1, 101, 201}
    asked = [query(each.target)["ids"][0].split(",") for each in standin.asked[2:]]
    assert [len(ids) for ids in asked] == [100, 100, 50]
    assert [id for ids in asked for id in ids] == [str(id) for id in range(1, 251)]


def test_filters_are_sent_as_they_are(standin: Any, sources: RemoteSources, said: Any) -> None:
    """Whatever characters a brand has; an empty one is not left out."""
    standin.says("/de/goods", said({"items": [], "next": None}))
    for brand in ("C:\\Style & 'Lab', 100% ü", ""):
        sources.products.products(ctx(), PageRequest(), brand=brand, collage_id=12)
        sent = {"brand": [brand], "collage_id": ["12"], "limit": ["20"]}
        assert query(standin.asked[-1].target) == sent


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("rotes Kleid", "rotes Kleid"), ("wort " * 1000, "wort " * 200), ("x" * 1000, "x" * 1000)],
)
def test_a_query_is_sent_as_it_was_typed(
    standin: Any, sources: RemoteSources, said: Any, typed: str, sent: str
) -> None:
    """As much of it as counts."""
    standin.says("/de/found", said({"items": [], "next": None}))
    sources.search.search(ctx(), typed, PageRequest())
    assert query(standin.asked[-1].target)["q"] == [sent]


@pytest.mark.parametrize("typed", ["", " ", "%"])
def test_a_query_that_can_find_nothing_is_not_sent(standin: Any, sources: RemoteSources, typed: str) -> None:
    """The API would refuse it, and a source does not."""
    assert sources.search.search(ctx(), typed, PageRequest()).items == ()
    assert standin.asked == []
