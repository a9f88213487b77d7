"""Stores of a chosen size: so many products, as many comments, and what belongs to them, in one market."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Offer, ProductRecord
from ogrom.protocols.models import Collage, Comment, Money, Placement, User

LOCALE = "de-DE"
CATEGORIES = 50
COMMENTS_OF_A_COLLAGE = 8

_BATCH = 10_000
_START = datetime(2015, 1, 1, tzinfo=UTC)


def batches(rows: int) -> Iterator[Catalogue]:
    """The batches of a store with `rows` products and `rows` comments."""
    yield Catalogue(
        categories=tuple(
            CategoryRecord(id=n, parent_id=None, names={LOCALE: f"Category {n}"}, updated_at=_START)
            for n in range(1, CATEGORIES + 1)
        )
    )
    for start in range(0, rows, _BATCH):
        yield _batch(range(start + 1, min(start + _BATCH, rows) + 1))


def _batch(ids: range) -> Catalogue:
    tenths = [n for n in ids if n % 10 == 1]
    firsts = [n for n in ids if n % COMMENTS_OF_A_COLLAGE == 1]
    return Catalogue(
        products=tuple(map(_product, ids)),
        users=tuple(
            User(id=_user(n), name=f"User {n}", avatar_url=f"/{n}.svg", revision=1, created_at=_time(n))
            for n in tenths
        ),
        collages=tuple(map(_collage, firsts)),
        comments=tuple(map(_comment, ids)),
    )


def _time(n: int) -> datetime:
    return _START + timedelta(seconds=n)


def _user(n: int) -> int:
    return (n - 1) // 10 + 1


def collage_of(n: int) -> int:
    """The collage that comment `n` is about."""
    return (n - 1) // COMMENTS_OF_A_COLLAGE + 1


def _product(n: int) -> ProductRecord:
    offer = Offer(title=f"Red linen dress number {n}", price=Money(amount=4999, currency="EUR"))
    return ProductRecord(
        id=n,
        brand=f"Brand {n % 40}",
        category_id=n % CATEGORIES + 1,
        image_url=f"/demo/images/{n}.svg",
        offers={LOCALE: offer},
        updated_at=_time(n),
    )


def _collage(n: int) -> Collage:
    placed = (Placement(product_id=n, x=0.1, y=0.1, width=0.5, height=0.5),)
    return Collage(
        id=collage_of(n),
        locale=LOCALE,
        author_id=_user(n),
        title=f"Collage {n}",
        placements=placed,
        revision=1,
        created_at=_time(n),
        updated_at=_time(n),
    )


def _comment(n: int) -> Comment:
    return Comment(
        id=n,
        locale=LOCALE,
        collage_id=collage_of(n),
        author_id=_user(n),
        text=f"What a dress, number {n}!",
        created_at=_time(n),
    )
