"""Documents: what a service sends, as far as we read it; unknown members are ignored."""

from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from ogrom.protocols.models import Collage, Comment, Id, Placement, Timestamp

T = TypeVar("T")


class Home(Struct, frozen=True, kw_only=True):
    """Where a client begins: each market's own home, by locale."""

    name: str
    version: str
    markets: dict[str, str]


class MarketLinks(Struct, frozen=True, kw_only=True):
    """The lists that take no parameters."""

    categories: str


class MarketHome(Struct, frozen=True, kw_only=True):
    """The links of a market, and its URI templates (RFC 6570) by name."""

    links: MarketLinks
    templates: dict[str, str]


class Listed(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list, and the URL of the next one."""

    items: tuple[T, ...]
    next: str | None


class CollageDocument(Struct, frozen=True, kw_only=True):
    """A collage without its market, which is that of its URL."""

    id: Id
    author_id: Id
    title: str
    placements: tuple[Placement, ...]
    revision: int
    created_at: Timestamp
    updated_at: Timestamp

    def of(self, locale: str) -> Collage:
        """The collage of the market."""
        return Collage(locale=locale, **asdict(self))


class CommentDocument(Struct, frozen=True, kw_only=True):
    """A comment without its market, which is that of its URL."""

    id: Id
    collage_id: Id
    author_id: Id
    text: str
    created_at: Timestamp

    def of(self, locale: str) -> Comment:
        """The comment of the market."""
        return Comment(locale=locale, **asdict(self))


class LikesDocument(Struct, frozen=True, kw_only=True):
    """How many users like a collage."""

    count: int
