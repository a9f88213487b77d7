"""What was imported is found, by what it is called now."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from ogrom.catalogue.demo import catalogue
from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources

Search = Callable[[str], list[tuple[str, str]]]


@pytest.fixture
def search(shop: Any) -> Search:
    """The kinds and titles that a search finds in Germany."""
    source = SqlSources.over(shop.engine).search

    def search(query: str) -> list[tuple[str, str]]:
        page = source.search(Context(locale="de-DE"), query, PageRequest())
        return [(hit.kind, hit.title) for hit in page.items]

    return search


def test_an_imported_product_is_found(shop: Any, search: Search) -> None:
    """By its title, its brand and its category."""
    shop.load(shop.table(shop.row("A1", title="Sommerkleid", path="Damen > Abendmode")))
    for query in ("sommer", "kleid", "nuemph", "abendmode"):
        assert search(query) == [("product", "Sommerkleid")]


def test_a_product_is_found_by_its_new_title_only(shop: Any, search: Search) -> None:
    """Its neighbour is left as it is."""
    shop.load(shop.table(shop.row("A1", title="Sommerkleid"), shop.row("A2", title="Strickrock")))
    shop.load(shop.table(shop.row("A1", title="Winterkleid"), shop.row("A2", title="Strickrock")))
    assert search("sommerkleid") == []
    assert search("winterkleid") == [("product", "Winterkleid")]
    assert search("strickrock") == [("product", "Strickrock")]


def test_what_moved_to_another_category_is_found_there(shop: Any, search: Search) -> None:
    """And no longer in the one before."""
    shop.load(shop.table(shop.row("A1", title="Rot", path="Damen > Abendmode")))
    shop.load(shop.table(shop.row("A1", title="Rot", path="Damen > Freizeit")))
    assert (search("abendmode"), search("freizeit")) == ([], [("product", "Rot")])


def test_products_of_a_renamed_category_are_found_by_its_new_name(shop: Any, search: Search) -> None:
    """Though nothing of themselves is imported anew."""
    shop.load(shop.table(shop.row("A1", title="Rot", path="Damen > Abendmode")))
    lines = shop.export().replace(b"Abendmode", b"Festliches").splitlines(keepends=True)
    shop.load(shop.file(b"".join(line for line in lines if b'"category"' in line), "renamed.jsonl"))
    assert (search("abendmode"), search("festliches")) == ([], [("product", "Rot")])


def test_what_came_from_another_store_is_found_as_there(shop: Any, other: Engine, search: Search) -> None:
    """Collages too."""
    load(other, catalogue(products=200))
    shop.export("demo.jsonl", of=other)
    shop.load(shop.folder / "demo.jsonl")
    ctx, page = Context(locale="de-DE"), PageRequest()
    sources = SqlSources.over(other)
    title = sources.collages.collages(ctx, page).items[0].title
    for query in (title, "blau"):
        hits = sources.search.search(ctx, query, page).items
        assert search(query) == [(hit.kind, hit.title) for hit in hits]
    assert ("collage", title) in search(title)
