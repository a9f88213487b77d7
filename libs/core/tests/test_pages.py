"""What pages for browsers show besides a value."""

from typing import Any

import pytest

from ogrom.core.pages import RENDERERS, pieces
from ogrom.http import Exchange, PathParameter, Resource
from ogrom.http.html import Piece
from ogrom.http.routing import link_builder
from ogrom.http.testing import call

PLACE = {"x": 0.25, "y": 0, "width": 0.5, "height": 0.25}
SEEN = {**PLACE, "image": "/a.svg"}


class Product(Resource[object]):
    product_id = PathParameter()


class Collage(Resource[object]):
    """Its page has pictures of the products 1 and 3."""

    links_to = ("product",)
    renderers = RENDERERS

    def handle_ok(self, x: Exchange[object]) -> object:
        placed = [{"product_id": number, **PLACE, "z": -number} for number in (1, 2, 3)]
        return {"title": "Momo", "placements": placed, "links": {"self": "/collages/7"}}

    def pictures(self, x: Exchange[object]) -> dict[str, str]:
        return {x.link("product", product_id=number): f"/images/{number}.png" for number in (1, 3)}


class Collages(Collage):
    def handle_ok(self, x: Exchange[object]) -> object:
        return {"items": [super().handle_ok(x)] * 2}


def page(resource: Resource[object]) -> str:
    links = {"product": link_builder("", "/products/{product_id}", Product())}
    return call(resource, headers={"Accept": "text/html"}, links=links).response.content.decode()


def test_a_piece_is_where_its_thing_is() -> None:
    """In units of the canvas, turned around its middle, and leading to what the thing links to first."""
    turned = {**SEEN, "rotation": -3.5, "links": {"product": "/products/1"}}
    assert pieces([turned]) == (Piece("/a.svg", "/products/1", 250, 0, 500, 250, "rotate(-3.5 500.0 125.0)"),)
    assert pieces([SEEN]) == (Piece("/a.svg", "", 250, 0, 500, 250, ""),)


def test_what_lies_in_front_is_drawn_last() -> None:
    """By `z`, and in their order where that is the same or missing."""
    things = [{**SEEN, "image": f"/{name}.svg", "z": z} for name, z in (("c", 2), ("a", 0), ("b", 0))]
    assert [each.src for each in pieces(things)] == ["/a.svg", "/b.svg", "/c.svg"]


@pytest.mark.parametrize(
    "thing",
    [
        {"image": "/a.svg"},
        {**SEEN, "x": 1.5},
        {**SEEN, "width": "0.5"},
        {**SEEN, "y": True},
        {**SEEN, "image": "javascript:alert(1)//.svg"},
        PLACE,
    ],
)
def test_what_has_no_place_or_picture_is_no_canvas(thing: dict[str, Any]) -> None:
    """It is shown as any other list of objects."""
    assert pieces([thing]) == ()


def test_a_link_is_one_or_none() -> None:
    """What a value says becomes no script."""
    assert pieces([{**SEEN, "links": {"product": "javascript:alert(1)"}}])[0].href == ""


def test_a_page_draws_what_the_resource_has_pictures_of() -> None:
    """What has none is only in the table; the value itself stays as it is."""
    text = page(Collage())
    assert [text.count(f'<image href="/images/{number}.png"') for number in (1, 2, 3)] == [1, 0, 1]
    assert text.index("/images/3.png") < text.index("/images/1.png")
    assert '<a href="/products/2">2</a>' in text
    assert "&#34;image&#34;" not in text


def test_a_list_draws_each_of_its_items() -> None:
    """As the head of a card, which leads to the item alone."""
    cards = page(Collages()).partition('<div class="cards">')[2]
    assert (cards.count("<svg"), cards.count('<a class="picture" href="/collages/7">')) == (2, 2)
    assert "/products/" not in cards.partition("The same as JSON")[0]
