"""What a page shows of a value."""

from typing import Any

import pytest

from ogrom.http.html import HTML


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (5, "EUR", "0.05 EUR"),
        (123456789, "PLN", "1,234,567.89 PLN"),
        (500, "JPY", "500 JPY"),
        (-1500, "KWD", "-1.500 KWD"),
    ],
)
def test_prices_are_readable(amount: int, currency: str, text: str, page: Any) -> None:
    """Minor units become what people write, with as many digits as the currency has."""
    assert f">{text}<" in page({"price": {"amount": amount, "currency": currency}})[1]


def test_times_are_readable(page: Any) -> None:
    """A time is shown in UTC and kept for machines; what only looks like one is a text."""
    _, text = page({"at": "2015-01-04T23:50:27+02:00", "odd": "2015-99-99T00:00:00Z"})
    assert '<time datetime="2015-01-04T23:50:27+02:00">4 Jan 2015, 21:50:27 UTC</time>' in text
    assert '<span class="text">2015-99-99T00:00:00Z</span>' in text


def test_links_and_pictures(page: Any) -> None:
    """Links are followed by a click, an id is the link to its thing, pictures are shown when they come into view."""
    value = {
        "id": 7,
        "author_id": 3,
        "image_url": "/i/x.svg",
        "links": {"self": "/c/7", "author": "/u/3", "shop": "https://shop.example/7"},
    }
    reader, text = page(value)
    assert '<a href="/u/3">3</a>' in text
    assert '<a href="/c/7">7</a>' in text
    assert '<a href="https://shop.example/7" rel="noopener noreferrer nofollow">shop</a>' in text
    assert ("img", {"loading": "lazy", "src": "/i/x.svg", "alt": "Picture"}) in reader.elements


def test_links_stand_where_they_are_named(page: Any) -> None:
    """A home document, which names them before its templates, shows them first."""
    links = {"self": "/v1/", "books": "/v1/books"}
    for value, expected in (({"n": 1, "links": links}, "nl"), ({"links": links, "n": 1}, "ln")):
        _, text = page(value)
        places = {"n": text.index("<dt>n</dt>"), "l": text.index('<ul class="links">')}
        assert sorted(places, key=places.__getitem__) == [*expected]


def test_lists_are_tables_or_cards(page: Any) -> None:
    """Objects with pictures are cards, others are the rows of a table; the next page is one click away."""
    cards = [{"id": 1, "title": "Hat", "image_url": "/i/1.svg", "links": {"self": "/p/1"}}]
    _, text = page({"items": cards, "next": "/p?cursor=x", "links": {"self": "/p"}})
    assert '<h3><a href="/p/1">Hat</a></h3>' in text
    assert '<a class="button" rel="next" href="/p?cursor=x">Next page</a>' in text
    _, text = page({"items": [{"id": 1, "a_b": "x"}, {"id": 2, "more": [1, "y"]}], "next": None})
    assert [each for each in ("id", "a b", "more") if f'<th scope="col">{each}</th>' in text] == [
        "id",
        "a b",
        "more",
    ]
    assert 'rel="next"' not in text


def test_a_deep_value_has_a_page(read: Any) -> None:
    """Deeply nested values are shown as JSON."""
    value: object = "end"
    for _ in range(200):
        value = {"in": [value]}
    assert "end" in " ".join(read(HTML.render(value)).texts)
