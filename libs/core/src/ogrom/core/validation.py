"""Validation of what clients write, beyond its type: blank texts, and references to what does not exist."""

from collections.abc import Iterable, Iterator
from unicodedata import category

from msgspec import UNSET, UnsetType

from ogrom.http import Answer, Fault, invalid_fields
from ogrom.http.problems import INVALID_CONTENT
from ogrom.protocols.context import Context
from ogrom.protocols.models import Placement
from ogrom.protocols.sources import ProductSource, UserSource

# Controls, formats such as a zero-width joiner, and separators.
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs")


def valid_or_problem(faults: Iterable[Fault]) -> Answer:
    """The answer of `processable`: True, or a Problem that lists every fault with its JSON Pointer."""
    found = tuple(faults)
    return not found or invalid_fields("pointer", found, INVALID_CONTENT.example, INVALID_CONTENT)


def blank_text(pointer: str, text: str | UnsetType) -> Iterator[Fault]:
    """The fault of a text without a visible character."""
    if text is not UNSET and all(category(each) in _INVISIBLE for each in text):
        yield Fault(pointer, f"{pointer.rpartition('/')[2]} must have at least one visible character")


def unknown_author(ctx: Context, author_id: int, users: UserSource) -> Iterator[Fault]:
    """The fault of a draft whose author does not exist."""
    if not users.users_by_ids(ctx, (author_id,)):
        yield Fault("#/author_id", f"There is no user {author_id}")


def unknown_products(
    ctx: Context, placements: tuple[Placement, ...] | UnsetType, products: ProductSource
) -> Iterator[Fault]:
    """The faults of placements of products that this market does not sell, with one call for all of them."""
    if placements is UNSET:
        return
    known = products.products_by_ids(ctx, {placement.product_id for placement in placements})
    for position, placement in enumerate(placements):
        if placement.product_id not in known:
            detail = f"There is no product {placement.product_id} in {ctx.locale}"
            yield Fault(f"#/placements/{position}/product_id", detail)
