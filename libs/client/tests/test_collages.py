"""Collages are changed under the entity tag that the service gave for the revision."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Unavailable, Unconfirmed
from ogrom.protocols.models import CollageDraft, Placement

PLACEMENT = {"product_id": 1, "x": 0, "y": 0, "width": 1, "height": 1}
TIME = "2024-02-29T12:01:00Z"
DRAFT = CollageDraft(
    author_id=1, title="Neu", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
)
URL = "/de/c/11"


def ctx() -> Context:
    return Context(locale="de-DE", deadline=time.monotonic() + 60)


@pytest.fixture
def at(said: Any) -> Callable[..., Any]:
    """The collage at a revision, with an entity tag that nobody could guess."""

    def at(revision: int, tag: str = "") -> Any:
        collage = {"id": 11, "author_id": 1, "title": "Alt", "placements": [PLACEMENT], "revision": revision}
        times = {"created_at": TIME, "updated_at": TIME}
        return said({**collage, **times}, headers={"ETag": tag or f'"tag-{revision}-x"'})

    return at


def asked(standin: Any) -> list[tuple[str, str | None]]:
    lines = [each for each in standin.asked if each.target == URL]
    return [(each.method, each.headers.get("if-match")) for each in lines]


def test_the_tag_is_asked_for_where_it_is_not_known(
    standin: Any, sources: RemoteSources, at: Callable[..., Any]
) -> None:
    """One request more, and none to guess."""
    standin.says(URL, at(3), at(4))
    assert sources.collages.replace_collage(ctx(), 11, DRAFT, revision=3).revision == 4
    assert asked(standin) == [("GET", None), ("PUT", '"tag-3-x"')]


def test_the_tag_of_what_was_read_is_known(
    standin: Any, sources: RemoteSources, at: Callable[..., Any], said: Any
) -> None:
    """So is that of what was written."""
    standin.says(URL, at(3), at(4), at(5), said(b"", 204))
    sources.collages.collage_by_id(ctx(), 11)
    sources.collages.replace_collage(ctx(), 11, DRAFT, revision=3)
    sources.collages.replace_collage(ctx(), 11, DRAFT, revision=4)
    sources.collages.delete_collage(ctx(), 11, revision=5)
    assert asked(standin) == [
        ("GET", None),
        ("PUT", '"tag-3-x"'),
        ("PUT", '"tag-4-x"'),
        ("DELETE", '"tag-5-x"'),
    ]


def test_another_revision_is_not_written_over(
    standin: Any, sources: RemoteSources, at: Callable[..., Any]
) -> None:
    """It is found out before anything is sent."""
    standin.says(URL, at(4))
    with pytest.raises(Conflict, match="collage 11 is not at revision 3"):
        sources.collages.replace_collage(ctx(), 11, DRAFT, revision=3)
    with pytest.raises(Conflict):
        sources.collages.delete_collage(ctx(), 11, revision=5)
    assert {method for method, _ in asked(standin)} == {"GET"}


@pytest.mark.parametrize("status", [412, 404])
def test_who_was_slower_is_told(
    standin: Any, sources: RemoteSources, at: Callable[..., Any], said: Any, status: int
) -> None:
    """Between our reading and our writing somebody else wrote, or deleted it."""
    too_late = said({"title": "Too late"}, status)
    standin.says(URL, at(3), too_late)
    with pytest.raises(Conflict):
        sources.collages.replace_collage(ctx(), 11, DRAFT, revision=3)
    standin.says(URL, too_late)
    with pytest.raises(Conflict):
        sources.collages.delete_collage(ctx(), 11, revision=3)


@pytest.mark.parametrize("tag", ['W/"3"', None])
def test_a_tag_that_was_weakened_is_no_tag(
    standin: Any, sources: RemoteSources, at: Callable[..., Any], tag: str | None
) -> None:
    """If-Match would never hold, so somebody has to mend the proxy that did it."""
    answer = at(3, tag or "x")
    if tag is None:
        answer.headers.clear()
    standin.says(URL, answer)
    with pytest.raises(Unavailable, match="see that no proxy on the way changes ETag"):
        sources.collages.replace_collage(ctx(), 11, DRAFT, revision=3)


def test_whether_there_was_a_like_must_be_said(standin: Any, sources: RemoteSources, said: Any) -> None:
    """An older service answers 204 and leaves it open."""
    standin.says("/de/c/11/liked/2", said(b"", 204, {"Ogrom-Changed": "?0"}), said(b"", 204))
    assert sources.likes.unlike(ctx(), 11, 2) is False
    with pytest.raises(Unconfirmed, match="without Ogrom-Changed"):
        sources.likes.unlike(ctx(), 11, 2)
