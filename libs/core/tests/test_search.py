"""/search: full text search."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ogrom.core import Sources
from ogrom.protocols.context import Context
from ogrom.protocols.models import Hit, Money
from ogrom.protocols.pages import Page, PageRequest

PRODUCT = {
    "kind": "product",
    "id": 7,
    "title": "White trainers",
    "brand": "C:\\Style_Lab",
    "price": {"amount": 2006, "currency": "GBP"},
    "image_url": "https://images.example/products/7.jpg",
    "links": {"self": "/gb/products/7"},
}
COLLAGE = {
    "kind": "collage",
    "id": 16,
    "title": "For the beach, in white",
    "brand": None,
    "price": None,
    "image_url": "https://images.example/products/1.jpg",
    "links": {"self": "/gb/collages/16"},
}


def test_a_hit_has_what_a_list_shows(client: FlaskClient) -> None:
    """Products and collages alike, each with a link to what it is."""
    hits = [client.get(f"/gb/search?q={word}").get_json()["items"] for word in ("trainers", "beach")]
    assert hits == [[PRODUCT], [COLLAGE]]
    for [hit] in hits:
        assert client.get(hit["links"]["self"]).get_json()["title"] == hit["title"]


def test_a_browser_sees_the_pictures(client: FlaskClient) -> None:
    """Of all hits."""
    page = client.get("/gb/search?q=white", headers={"Accept": "text/html"}).text
    for product_id in (7, 2, 1):
        assert f'src="https://images.example/products/{product_id}.jpg"' in page


def test_a_table_has_a_column_for_each_part_of_a_price(client: FlaskClient) -> None:
    """Empty for a collage, which has none."""
    table = client.get("/gb/search?q=white", headers={"Accept": "text/csv"}).text.splitlines()
    assert table[0] == "kind,id,title,brand,price.amount,price.currency,image_url,links.self"
    assert table[1].startswith("product,7,White trainers,C:\\Style_Lab,2006,GBP,https://")
    assert table[2].startswith("collage,15,London in white,,,,https://")


class Found:
    """A search that finds these hits."""

    def __init__(self, *hits: Hit) -> None:
        self.hits = hits

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        return Page(items=self.hits)


@pytest.fixture
def found(serve: Callable[[Sources], FlaskClient], sources: Sources) -> Callable[..., TestResponse]:
    """Searches in a store that finds these hits."""
    return lambda *hits: serve(replace(sources, search=Found(*hits))).get("/gb/search?q=x")


SHIRT = Hit(
    kind="product",
    id=7,
    title="Shirt",
    brand="Nümph",
    price=Money(amount=1999, currency="GBP"),
    image_url="https://images.example/7.jpg",
)


@pytest.mark.parametrize(
    "change",
    [
        {"price": Money(amount=999, currency="GBP")},
        {"image_url": "https://images.example/8.jpg"},
        {"brand": "Ghost"},
    ],
)
def test_what_is_shown_is_in_the_tag(found: Callable[..., TestResponse], change: dict[str, object]) -> None:
    """A client that has the old price never gets a 304."""
    tags = [found(hit).headers["ETag"] for hit in (SHIRT, SHIRT, msgspec.structs.replace(SHIRT, **change))]
    assert tags[0] == tags[1] != tags[2]


def test_a_hit_of_a_kind_without_an_endpoint_is_left_out(found: Callable[..., TestResponse]) -> None:
    """A store may be newer than the API: there is nowhere that such a hit could lead to."""
    response = found(Hit(kind="brand", id=3, title="Nümph"), SHIRT)
    assert [hit["id"] for hit in response.get_json()["items"]] == [7]


@pytest.mark.parametrize("query", ["", "?q=", "?limit=3", "?q=" + "x" * 1001, "?q=%FF"])
def test_words_are_required(client: FlaskClient, query: str) -> None:
    """From 1 to 1,000 characters in UTF-8; otherwise a 400 that names `q`."""
    response = client.get("/gb/search" + query)
    assert response.status_code == 400
    assert [error["parameter"] for error in response.get_json()["errors"]] == ["q"]


@pytest.mark.parametrize("query", ["%20", "%25", "%00", "%F0%9F%8C%B7", "%22", "'%3B--"])
def test_what_has_no_word_finds_nothing(client: FlaskClient, query: str) -> None:
    """Whatever was typed, it is no error."""
    response = client.get(f"/gb/search?q={query}")
    assert (response.status_code, response.get_json()["items"]) == (200, [])
