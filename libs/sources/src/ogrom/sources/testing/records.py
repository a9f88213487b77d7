"""Records by the thousand, for tests whose databases must be worth an index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Like, Offer, ProductRecord
from ogrom.protocols.models import Collage, Comment, Money, Placement, User

BRANDS = ("Kaltblau", *(f"Brand {number}" for number in range(1, 36)))
CATEGORIES = range(101, 149)

_LOCALES: tuple[str, ...] = ("de-DE", "en-GB")
_COLOURS = ("Rotes", "Blaues", "Grünes", "Weißes", "Schwarzes")
_THINGS = ("Kleid", "Hemd", "Tuch", "Sofakissen", "Portemonnaie", "Sakko", "Top")
_MATERIALS = ("Wolle", "Leinen", "Seide")

_PLACEMENTS = 5
_START = datetime(2015, 1, 1, tzinfo=UTC)


def sample(products: int) -> Iterator[Catalogue]:
    """Products in two markets with collages, comments, likes and users; the same for the same number.

    Args:
        products: how many; there is a collage for each eight of them, and a user for each ten.
    """
    collages = range(1, products // 8 + 1)
    users = range(1, products // 10 + 1)
    yield Catalogue(
        categories=tuple(map(_category, CATEGORIES)),
        users=tuple(
            User(id=id, name=f"User {id}", avatar_url=f"/users/{id}.svg", revision=1, created_at=_time(id))
            for id in users
        ),
    )
    for start in range(1, products + 1, 1000):
        ids = range(start, min(start + 1000, products + 1))
        yield Catalogue(products=tuple(map(_product, ids)))
    yield Catalogue(
        collages=tuple(_collage(id, products, len(users)) for id in collages),
        comments=tuple(
            Comment(
                id=4 * (collage - 1) + number,
                locale=_locale(collage),
                collage_id=collage,
                author_id=(collage + number) % len(users) + 1,
                text=f"Comment {number}",
                created_at=_time(collage) + timedelta(seconds=number),
            )
            for collage in collages
            for number in range(1, 5)
        ),
        likes=tuple(
            Like(collage_id=collage, user_id=(collage + number) % len(users) + 1)
            for collage in collages
            for number in range(5)
        ),
    )


def _time(number: int) -> datetime:
    return _START + timedelta(hours=number)


def _locale(collage_id: int) -> str:
    return _LOCALES[collage_id % len(_LOCALES)]


def _category(id: int) -> CategoryRecord:
    names: dict[str, str] = dict.fromkeys(_LOCALES, f"Category {id}")
    parent = None if id == CATEGORIES[0] else CATEGORIES[0]
    return CategoryRecord(id=id, parent_id=parent, names=names, updated_at=_START)


def _product(id: int) -> ProductRecord:
    words = (
        _COLOURS[id % len(_COLOURS)],
        _THINGS[id % len(_THINGS)],
        "aus",
        _MATERIALS[id % len(_MATERIALS)],
    )
    return ProductRecord(
        id=id,
        brand=BRANDS[id % len(BRANDS)],
        category_id=CATEGORIES[id % len(CATEGORIES)],
        image_url=f"/images/{id}.svg",
        offers={
            locale: Offer(title=" ".join(words), price=Money(amount=1000 + id, currency="EUR"))
            for locale in _LOCALES
        },
        updated_at=_time(id),
    )


def _collage(id: int, products: int, users: int) -> Collage:
    shown = ((id * 7 + number) % products + 1 for number in range(_PLACEMENTS))
    return Collage(
        id=id,
        locale=_locale(id),
        author_id=id % users + 1,
        title=f"Collage {id}",
        placements=tuple(Placement(product_id=each, x=0.1, y=0.1, width=0.5, height=0.5) for each in shown),
        revision=1,
        created_at=_time(id),
        updated_at=_time(id),
    )
