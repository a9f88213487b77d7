"""Ogrom's own records, a line each."""

from typing import Any

import msgspec
import pytest

from ogrom.catalogue.jsonlines import Record, line_of
from ogrom.protocols.catalogue import Catalogue
from ogrom.protocols.context import Context
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources

GOODS: tuple[Record, ...] = (*CATALOGUE.categories, *CATALOGUE.products, *CATALOGUE.users)
PEOPLE = b"".join(map(line_of, CATALOGUE.users))
USER = '{"user":{"id":ID,"name":"x","avatar_url":"","revision":1,"created_at":"2026-11-24T12:00:00Z"}}'


def test_a_record_takes_the_place_of_the_one_with_its_id(shop: Any) -> None:
    """With everything that belongs to it, and no more is written than that."""
    load(shop.engine, [CATALOGUE])
    first = CATALOGUE.collages[0]
    fewer = msgspec.structs.replace(first, title="Other", placements=first.placements[:1])
    lines = b"".join(map(line_of, (fewer, *CATALOGUE.collages[1:])))
    assert shop.load(lines).counts == (0, 1, len(CATALOGUE.collages) - 1)
    found = SqlSources.over(shop.engine).collages.collage_by_id(Context(locale=first.locale), first.id)
    assert found == fewer


def test_a_removed_offer_goes(shop: Any) -> None:
    """A product is what its line says."""
    load(shop.engine, [Catalogue(categories=CATALOGUE.categories, products=CATALOGUE.products)])
    product = next(each for each in CATALOGUE.products if len(each.offers) > 1)
    locale, offer = next(iter(product.offers.items()))
    assert shop.load(line_of(msgspec.structs.replace(product, offers={locale: offer}))).counts == (0, 1, 0)
    products = SqlSources.over(shop.engine).products
    assert [each for each in product.offers if products.product_by_id(Context(locale=each), product.id)] == [
        locale
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Input data was truncated"),
        ("{}", "has 0 of category, product, offer_id, user, collage, comment, like; it must have one"),
        ('{"user":{"id":"1"}}', "Expected `int`, got `str` - at `$.user.id`"),
        ('{"person":{}}', "Object contains unknown field `person`"),
        (USER.replace("ID", "0"), "Expected `int` >= 1 - at `$.user.id`"),
        (USER.replace("ID", "1").replace("Z", ""), "Expected `datetime` with a timezone component"),
        ('{"user":' * 100_000, "recursion"),
    ],
)
def test_bad_lines_are_told(shop: Any, line: str, reason: str) -> None:
    """The good ones around them load."""
    loaded = shop.load(USER.replace("ID", "5") + "\n" + line + "\n\n" + USER.replace("ID", "6"))
    assert loaded.counts == (2, 0, 0)
    ((number, _, _, told),) = loaded.wrong
    assert number == 2
    assert reason in told


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"x"', f'"{"x" * 256}"', ("users.name", "has 256 characters; at most 255 are allowed")),
        ('"revision":1', '"revision":9223372036854775808', ("users.revision", "does not fit in 63 bits")),
        ("2026-11", "0026-11", ("users.created_at", "is before the year 1000")),
        ("2026-11-24T12:00:00Z", "9999-12-31T23:00:00-05:00", ("users.created_at", "is after the year 9999")),
    ],
)
def test_what_some_database_would_not_take(shop: Any, old: str, new: str, fault: tuple[str, str]) -> None:
    """It is refused by all, so that every store can be exported into every other."""
    loaded = shop.load(USER.replace("ID", "5").replace(old, new) + "\n" + USER.replace("ID", "6"))
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [(1, "5", *fault)]


def test_what_refers_to_nothing_is_found_among_a_thousand(shop: Any) -> None:
    """A batch that the database refuses is halved until the bad rows are alone."""
    shop.load(PEOPLE)
    category = CATALOGUE.categories[0]
    product = CATALOGUE.products[0]
    made = [msgspec.structs.replace(product, id=i, category_id=category.id) for i in range(1, 901)]
    made[123] = msgspec.structs.replace(made[123], category_id=10**6)
    made[777] = msgspec.structs.replace(made[777], category_id=10**6)
    root: Record = msgspec.structs.replace(category, parent_id=None)
    loaded = shop.load(b"".join(map(line_of, (root, *made))))
    assert loaded.counts == (899, 0, 0)
    assert [(line, id) for line, id, *_ in loaded.wrong] == [(125, "124"), (779, "778")]
    assert all(reason.startswith("the database refuses it: ") for *_, reason in loaded.wrong)


def test_kinds_may_be_mixed(shop: Any) -> None:
    """As long as what a line refers to stands above it."""
    lines = [line_of(each) for each in GOODS]
    mixed = b"".join(each for pair in zip(lines[:7], lines[7:], strict=True) for each in pair)
    assert len(lines) == 14
    loaded = shop.load(mixed)
    assert loaded.stored.new == 14 - len(loaded.wrong)
    assert shop.load(b"".join(lines)).wrong == []


def test_a_record_of_too_many_parts(shop: Any) -> None:
    """A thousand of them would fill the memory; of those that fit, many rows go in parts."""
    load(shop.engine, [Catalogue(categories=CATALOGUE.categories)])
    product = CATALOGUE.products[0]
    offer = next(iter(product.offers.values()))
    made = [
        msgspec.structs.replace(product, id=id, offers={f"xx-{id}-{i}": offer for i in range(number)})
        for id, number in enumerate((150, 201, *(20 for _ in range(100))), 1)
    ]
    loaded = shop.load(b"".join(map(line_of, made)))
    assert loaded.counts == (101, 0, 0)
    assert loaded.wrong == [(2, "2", "offers", "has 201 entries; at most 200 are allowed")]
