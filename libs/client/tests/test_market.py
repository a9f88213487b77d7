"""Where things are is read from the service's home documents."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.client.documents import Home
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Unavailable
from ogrom.protocols.models import CollageDraft, CommentDraft, Placement
from ogrom.protocols.pages import Page, PageRequest

DRAFT = CollageDraft(
    author_id=1, title="Neu", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
)
EVERYTHING = PageRequest(limit=100)
USER = {
    "id": 1,
    "name": "Zoë",
    "avatar_url": "",
    "revision": 1,
    "created_at": "2024-02-29T12:01:00Z",
}


def ctx(locale: str = "de-DE") -> Context:
    return Context(locale=locale, deadline=time.monotonic() + 60)


def home(**markets: str) -> dict[str, object]:
    return {
        "name": "Ogrom",
        "version": "1",
        "markets": {name.replace("_", "-"): at for name, at in markets.items()},
    }


def test_the_homes_are_read_once(standin: Any, sources: RemoteSources) -> None:
    """Not before every call; and each thing is where its template leads."""
    for _ in range(3):
        assert sources.products.product_by_id(ctx(), 7) is None
    assert sources.likes.likes(ctx(), 8) == 0
    targets = [each.target for each in standin.asked]
    assert targets == ["/", "/de/", *["/de/goods/7"] * 3, "/de/c/8/liked"]


def test_the_homes_are_read_anew_after_a_minute(
    standin: Any, sources: RemoteSources, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release may move things."""
    sources.likes.likes(ctx(), 8)
    known = standin.answer_to("/de/").content
    standin.says("/", said(home(de_DE="/new/")))
    standin.says("/new/", said({**known, "templates": {"likes": "/new/{collage_id}"}}))
    sources.likes.likes(ctx(), 8)
    directory: Any = sources.directory
    directory._home.clear()  # as its minute does
    sources.likes.likes(ctx(), 8)
    assert standin.lines == ["GET /de/c/8/liked"] * 2 + ["GET /new/", "GET /new/8"]
    assert directory._home.ttl == directory._homes.ttl == 60


NOWHERE: dict[str, tuple[Callable[[RemoteSources, Context], object], object]] = {
    "product_by_id": (lambda s, c: s.products.product_by_id(c, 1), None),
    "products_by_ids": (lambda s, c: s.products.products_by_ids(c, (1,)), {}),
    "products": (lambda s, c: s.products.products(c, EVERYTHING, brand="x"), Page(items=())),
    "category_by_id": (lambda s, c: s.categories.category_by_id(c, 1), None),
    "categories": (lambda s, c: s.categories.categories(c), ()),
    "collage_by_id": (lambda s, c: s.collages.collage_by_id(c, 1), None),
    "comments": (lambda s, c: s.comments.comments(c, EVERYTHING), Page(items=())),
    "delete_comment": (lambda s, c: s.comments.delete_comment(c, 1), False),
    "likes": (lambda s, c: s.likes.likes(c, 1), 0),
    "unlike": (lambda s, c: s.likes.unlike(c, 1, 1), False),
    "search": (lambda s, c: s.search.search(c, "kleid", EVERYTHING), Page(items=())),
}


@pytest.mark.parametrize("method", NOWHERE)
def test_there_is_nothing_in_a_market_that_the_service_has_not(
    standin: Any, sources: RemoteSources, method: str
) -> None:
    """And the service need not be asked."""
    call, nothing = NOWHERE[method]
    assert call(sources, ctx("xx-XX")) == nothing
    assert [each.target for each in standin.asked] == ["/"]


@pytest.mark.parametrize(
    "call",
    [
        lambda s, c: s.collages.add_collage(c, DRAFT),
        lambda s, c: s.collages.replace_collage(c, 1, DRAFT, revision=1),
        lambda s, c: s.collages.delete_collage(c, 1, revision=1),
        lambda s, c: s.comments.add_comment(c, 1, CommentDraft(author_id=1, text="Ja")),
        lambda s, c: s.likes.like(c, 1, 1),
    ],
    ids=["add_collage", "replace_collage", "delete_collage", "add_comment", "like"],
)
def test_nothing_can_be_written_in_such_a_market(sources: RemoteSources, call: Any) -> None:
    """It is a conflict, as a reference to nothing is."""
    with pytest.raises(Conflict):
        call(sources, ctx("xx-XX"))


def test_users_are_found_from_any_market(standin: Any, sources: RemoteSources, said: Any) -> None:
    """They belong to none."""
    standin.says("/de/people/1", said(USER))
    found = sources.users.user_by_id(ctx("xx-XX"), 1)
    assert found is not None
    assert found.name == "Zoë"


def test_a_service_without_a_home_is_unavailable(standin: Any, sources: RemoteSources, said: Any) -> None:
    """Whoever mistypes the URL is told so, in place of finding nothing."""
    standin.says("/", said({"title": "Not Found"}, 404))
    with pytest.raises(Unavailable, match="has no home document; see that an Ogrom serves there"):
        sources.products.product_by_id(ctx(), 1)


def test_a_market_that_is_linked_and_not_there_is_unavailable(
    standin: Any, sources: RemoteSources, said: Any
) -> None:
    """The service contradicts itself."""
    standin.says("/de/", said({"title": "Not Found"}, 404))
    with pytest.raises(Unavailable, match="is linked and not there"):
        sources.products.product_by_id(ctx(), 1)


@pytest.mark.parametrize(
    "link", ["http://evil.example/", "//evil.example/de/", "https://127.0.0.1/", "http://127.0.0.1:1/"]
)
def test_links_to_others_are_not_followed(standin: Any, sources: RemoteSources, said: Any, link: str) -> None:
    """They shall not see what we send, such as a password."""
    standin.says("/", said(home(de_DE=link)))
    with pytest.raises(Unavailable, match="links to another service"):
        sources.products.product_by_id(ctx(), 1)
    assert len(standin.asked) == 1


def test_templates_beneath_a_path_are_followed_too(standin: Any, said: Any) -> None:
    """A proxy may serve it under any path, which its links have."""
    standin.says("/shop/", said(home(de_DE="/shop/de/")))
    templates = {"likes": "/shop/de/{collage_id}/liked"}
    standin.says("/shop/de/", said({"links": {"categories": ""}, "templates": templates}))
    standin.says("/shop/de/7/liked", said({"count": 3}))
    with RemoteSources.at(standin.url + "shop") as sources:
        assert sources.likes.likes(ctx(), 7) == 3


def test_a_template_must_take_what_is_asked(standin: Any, sources: RemoteSources, said: Any) -> None:
    """An older service would pass over a cursor, and the list never end."""
    templates = {"products": "/de/goods{?limit}"}
    standin.says("/de/", said({"links": {"categories": ""}, "templates": templates}))
    with pytest.raises(
        Unavailable, match="has no template 'products' that takes 'cursor'; is its version too old"
    ):
        sources.products.products(ctx(), PageRequest(cursor="x"))
    with pytest.raises(Unavailable, match="has no template 'user' that takes 'user_id'"):
        sources.users.user_by_id(ctx(), 1)
    with pytest.raises(Unavailable, match="has no template 'brands'; is its version too old"):
        sources.products.calls.begin(ctx()).read(Home, "brands")
    assert standin.lines == []
