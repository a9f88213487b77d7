"""How many statements a call costs: no page costs one more for each of its items."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from ogrom.protocols.context import Context
from ogrom.protocols.models import CollageDraft, CommentDraft, Placement
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.testing import DE
from ogrom.sources.database.statements import listening
from ogrom.sources.sql.sources import SqlSources

CTX = Context(locale=DE)
PAGE = PageRequest(limit=100)
DRAFT = CollageDraft(
    author_id=1,
    title="x",
    placements=tuple(Placement(product_id=n, x=0, y=0, width=1, height=1) for n in (1, 2, 3)),
)

BEGINNINGS = " ".join(word[:end] for word in ("strassenschuhe", "wildleder", "aus") for end in range(1, 15))


@pytest.fixture
def statements(store: Engine, sources: SqlSources) -> Iterator[list[str]]:
    """What is executed from now on, executemany once."""
    seen: list[str] = []
    with listening(store, lambda statement, _: seen.append(statement.split(maxsplit=1)[0])):
        yield seen


READS: dict[str, Callable[[SqlSources], object]] = {
    "products": lambda sources: sources.products.products(CTX, PAGE),
    "products_by_ids": lambda sources: sources.products.products_by_ids(CTX, range(1, 100)),
    "categories": lambda sources: sources.categories.categories(CTX),
    "users_by_ids": lambda sources: sources.users.users_by_ids(CTX, range(1, 100)),
    "collages": lambda sources: sources.collages.collages(CTX, PAGE),
    "collages_by_ids": lambda sources: sources.collages.collages_by_ids(CTX, range(1, 100)),
    "comments": lambda sources: sources.comments.comments(CTX, PAGE),
    "likes": lambda sources: sources.likes.likes(CTX, 11),
    "search": lambda sources: sources.search.search(CTX, "kleid rotes", PAGE),
    "search of many words": lambda sources: sources.search.search(CTX, BEGINNINGS, PAGE),
}


@pytest.mark.parametrize("read", READS)
def test_a_read_is_one_statement(sources: SqlSources, statements: list[str], read: str) -> None:
    """Without BEGIN or COMMIT, so it sees one state and is one round trip."""
    assert READS[read](sources)
    assert statements == ["SELECT"]


def test_a_collage_is_written_with_all_its_placements_at_once(
    sources: SqlSources, statements: list[str]
) -> None:
    """A draft with more placements is not more statements."""
    sources.collages.add_collage(CTX, DRAFT)
    assert statements == ["BEGIN", "INSERT", "INSERT", "INSERT", "SELECT"]


def test_a_comment_is_written_by_one_insert(sources: SqlSources, statements: list[str]) -> None:
    """The foreign keys do the checking."""
    sources.comments.add_comment(CTX, 11, CommentDraft(author_id=1, text="x"))
    assert statements == ["BEGIN", "INSERT"]
