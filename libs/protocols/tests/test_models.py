"""The models' limits hold where values come in from outside: when they are decoded."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, strategies as st

from ogrom.protocols.models import (
    MAX_PLACEMENTS,
    CollageDraft,
    CommentDraft,
    Money,
    Placement,
    Product,
)
from ogrom.protocols.testing import CATALOGUE

PLACEMENT = {"product_id": 1, "x": 0, "y": 1, "width": 1, "height": 0.5}


@pytest.mark.parametrize(
    "change",
    [
        {"product_id": 0},
        {"product_id": -1},
        {"product_id": 2**63},
        {"product_id": "1"},
        {"x": -0.001},
        {"y": 1.001},
        {"width": 0},
        {"height": 1.5},
        {"rotation": 360},
        {"rotation": -360},
        {"z": -1},
        {"z": 1001},
        {"z": 0.5},
        {"x": None},
    ],
)
def test_a_placement_outside_its_collage_is_refused(change: dict[str, object]) -> None:
    """Every field has its limits."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**PLACEMENT, **change}, Placement)


def test_a_placement_lies_straight_and_at_the_bottom_by_default() -> None:
    """Rotation and z may be left out."""
    placement = msgspec.convert({**PLACEMENT, "product_id": 2**63 - 1}, Placement)
    assert (placement.rotation, placement.z) == (0.0, 0)


@pytest.mark.parametrize("count", [0, MAX_PLACEMENTS + 1])
def test_a_collage_has_one_to_a_hundred_placements(count: int) -> None:
    """An empty collage is none, and a boundless one a burden."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"author_id": 1, "title": "x", "placements": [PLACEMENT] * count}, CollageDraft)


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_a_collage_has_a_title_of_up_to_200_characters(title: str) -> None:
    """Characters, not bytes."""
    draft = {"author_id": 1, "title": "ü" * 200, "placements": [PLACEMENT]}
    assert len(msgspec.convert(draft, CollageDraft).title) == 200
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**draft, "title": title}, CollageDraft)


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_a_comment_has_a_text_of_up_to_2000_characters(text: str) -> None:
    """Characters, not bytes."""
    longest = msgspec.convert({"author_id": 1, "text": "🌷" * 2000}, CommentDraft)
    assert len(longest.text) == 2000
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"author_id": 1, "text": text}, CommentDraft)


@pytest.mark.parametrize("draft", [CollageDraft, CommentDraft])
def test_a_draft_takes_no_field_that_it_does_not_know(draft: type[msgspec.Struct]) -> None:
    """A misspelt field is an error, not silence."""
    fields = {"author_id": 1, "title": "x", "text": "x", "placements": [PLACEMENT]}
    known = {name: fields[name] for name in draft.__struct_fields__}
    assert isinstance(msgspec.convert(known, draft), draft)
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.convert({**known, "colour": "red"}, draft)


@pytest.mark.parametrize(("amount", "currency"), [(-1, "EUR"), (0.5, "EUR"), (1, "eur"), (1, "EURO")])
def test_money_is_whole_minor_units_of_a_currency(amount: float, currency: str) -> None:
    """No negative price, no fraction of a cent, no currency but in three capitals."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"amount": amount, "currency": currency}, Money)


def test_a_time_without_a_zone_is_refused() -> None:
    """Without a zone, the moment is ambiguous."""
    fields = {
        "id": 1,
        "title": "x",
        "brand": "x",
        "category_id": 1,
        "price": {"amount": 1, "currency": "EUR"},
        "image_url": "",
        "revision": 1,
    }
    product = msgspec.convert({**fields, "updated_at": "2024-02-29T12:00:00Z"}, Product)
    assert product.updated_at.utcoffset() == timedelta(0)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**fields, "updated_at": "2024-02-29T12:00:00"}, Product)


def test_values_are_frozen_and_compared_by_content() -> None:
    """A value that is passed on cannot be changed by its receiver."""
    price = Money(amount=1, currency="EUR")
    assert price == Money(amount=1, currency="EUR")
    with pytest.raises(AttributeError):
        price.amount = 2  # type: ignore[misc]


@given(st.sampled_from(CATALOGUE.collages + CATALOGUE.comments + CATALOGUE.users))
def test_values_survive_json(value: msgspec.Struct) -> None:
    """Encoded and decoded again, a value is the same, to the microsecond and the last bit."""
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value
