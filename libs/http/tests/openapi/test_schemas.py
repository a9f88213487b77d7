"""Schemas of types."""

from typing import Generic, TypeVar

import msgspec

from ogrom.http.openapi.schemas import schemas_of

T = TypeVar("T")


class Item(msgspec.Struct):
    """An item."""

    title: str


class Page(msgspec.Struct, Generic[T]):
    """Some items."""

    items: list[T]


def test_generic_types_have_names_that_can_be_read() -> None:
    """In the components, in references and as titles, from which clients name their classes."""
    made = schemas_of([Page[Item], Item])
    assert made.of(Page[Item]) == {"$ref": "#/components/schemas/PageOfItem"}
    assert made.components.keys() == {"PageOfItem", "Item"}
    assert made.components["PageOfItem"]["title"] == "PageOfItem"
    assert made.components["PageOfItem"]["properties"]["items"]["items"] == made.of(Item)


def test_what_says_nothing_fits_everything() -> None:
    """`object` has the empty schema."""
    assert schemas_of([object]).of(object) == {}


def test_a_parameter_is_never_null() -> None:
    """Where a struct's field would be None, a parameter is left out."""
    made = schemas_of([int | None, int | str | None])
    assert made.of_parameter(int | None) == {"type": "integer", "format": "int64"}
    assert made.of_parameter(int | str | None) == made.of(int | str | None)
