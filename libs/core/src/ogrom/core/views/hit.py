"""The representation of a search result."""

from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Hit

from ..resource import Exchange


class HitLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a hit: what was found, whole."""

    itself: str


class HitView(Struct, frozen=True, kw_only=True):
    """A thing that was found; `kind` says whether it is a product or a collage."""

    kind: str
    id: int
    title: str
    links: HitLinks

    links_to: ClassVar[tuple[str, ...]] = ("product", "collage")

    @classmethod
    def of(cls, hit: Hit, x: Exchange) -> "HitView":
        """The hit with links of this exchange; an endpoint of a thing is called as its kind is."""
        itself = x.link(hit.kind, **{f"{hit.kind}_id": hit.id})
        return cls(kind=hit.kind, id=hit.id, title=hit.title, links=HitLinks(itself=itself))
