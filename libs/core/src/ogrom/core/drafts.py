"""What clients write, and which of it cannot be: blank texts and references to nothing."""

from collections.abc import Iterable, Iterator
from unicodedata import category

from msgspec import UNSET, Struct, UnsetType

from ogrom.http import Answer, Fault, faulty
from ogrom.protocols.context import Context
from ogrom.protocols.models import Collage, CollageDraft, Placement, Placements, Title
from ogrom.protocols.sources import ProductSource, UserSource

# Controls, formats such as a zero-width joiner, and separators.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")


class CollagePatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merge patch of a collage (RFC 7396): what it has replaces what was; nothing can be removed."""

    title: Title | UnsetType = UNSET
    placements: Placements | UnsetType = UNSET

    def applied_to(self, collage: Collage) -> CollageDraft:
        """What the collage shall be."""
        return CollageDraft(
            author_id=collage.author_id,
            title=collage.title if self.title is UNSET else self.title,
            placements=collage.placements if self.placements is UNSET else self.placements,
        )


def sensible(faults: Iterable[Fault]) -> Answer:
    """The answer of `processable`: True, or a Problem that lists every fault with its JSON Pointer."""
    found = tuple(faults)
    return not found or faulty("pointer", found, "Mend every listed place and send the request again.")


def blanks(pointer: str, text: str | UnsetType) -> Iterator[Fault]:
    """The fault of a text that shows nothing."""
    if text is not UNSET and all(category(each) in _UNSEEN for each in text):
        yield Fault(pointer, "Blank; write at least one visible character")


def unknown_author(ctx: Context, author_id: int, users: UserSource) -> Iterator[Fault]:
    """The fault of a draft by nobody."""
    if not users.users_by_ids(ctx, (author_id,)):
        yield Fault("#/author_id", f"There is no user {author_id}")


def unknown_products(
    ctx: Context, placements: tuple[Placement, ...] | UnsetType, products: ProductSource
) -> Iterator[Fault]:
    """The faults of placements of products that this market does not sell; one call for all."""
    if placements is UNSET:
        return
    known = products.products_by_ids(ctx, {placement.product_id for placement in placements})
    for position, placement in enumerate(placements):
        if placement.product_id not in known:
            detail = f"There is no product {placement.product_id} in {ctx.locale}"
            yield Fault(f"#/placements/{position}/product_id", detail)
