"""CATALOGUE: a small store in two markets, the ground on which the contracts stand."""

from datetime import UTC, datetime, timedelta

from ..catalogue import Catalogue, CategoryRecord, Like, Offer, ProductRecord
from ..models import Collage, Comment, Money, Placement, User

DE = "de-DE"
GB = "en-GB"

# Microseconds, because a store that drops them breaks the order of lists.
START = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)


def _minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def _category(id: int, parent_id: int | None, **names: str) -> CategoryRecord:
    return CategoryRecord(id=id, parent_id=parent_id, names=_by_locale(names), updated_at=START)


def _product(id: int, brand: str, category_id: int, **titles: str) -> ProductRecord:
    currencies = {DE: "EUR", GB: "GBP"}
    offers = {
        locale: Offer(title=title, price=Money(amount=1999 + id, currency=currencies[locale]))
        for locale, title in _by_locale(titles).items()
    }
    return ProductRecord(
        id=id,
        brand=brand,
        category_id=category_id,
        image_url=f"https://images.example/products/{id}.jpg",
        offers=offers,
        updated_at=_minute(id),
        revision=1 + id % 3,
    )


def _by_locale(texts: dict[str, str]) -> dict[str, str]:
    return {{"de": DE, "gb": GB}[market]: text for market, text in texts.items()}


def _user(id: int, name: str) -> User:
    avatar_url = f"https://images.example/users/{id}.jpg"
    return User(id=id, name=name, avatar_url=avatar_url, revision=id, created_at=_minute(-id))


def _placement(product_id: int, z: int) -> Placement:
    # A third has no short form: a store must keep every bit of a float.
    return Placement(product_id=product_id, x=0.1 * z, y=1 / 3, width=0.25, height=0.5, rotation=-12.5, z=z)


def _collage(
    id: int, locale: str, author_id: int, title: str, products: tuple[int, ...], minute: int
) -> Collage:
    return Collage(
        id=id,
        locale=locale,
        author_id=author_id,
        title=title,
        placements=tuple(_placement(product, z) for z, product in enumerate(products)),
        revision=1,
        created_at=_minute(minute),
        updated_at=_minute(minute + 1),
    )


def _comment(id: int, collage: Collage, author_id: int, text: str, minute: int) -> Comment:
    return Comment(
        id=id,
        locale=collage.locale,
        collage_id=collage.id,
        author_id=author_id,
        text=text,
        created_at=_minute(minute),
    )


_COLLAGES = (
    # 12 and 13 are of the same moment: the higher id counts as newer. 14 is older than its id says.
    _collage(11, DE, 1, "Frühling in Łódź", (1, 3), 10),
    _collage(12, DE, 2, "Größe 38, ganz in Weiß", (3, 1, 5), 20),
    _collage(13, DE, 1, "Für den Strand", (2,), 20),
    _collage(14, DE, 1, 'Sie sagte "Ja"', (6, 5), 5),
    _collage(15, GB, 1, "London in white", (2, 4), 30),
    _collage(16, GB, 3, "For the beach, in white", (1,), 40),
)

CATALOGUE = Catalogue(
    categories=(
        _category(1, None, de="Kleidung", gb="Clothing"),
        _category(2, 1, de="Kleider", gb="Dresses"),
        _category(3, 1, de="Schuhe", gb="Shoes"),
        _category(4, 2, de="Dirndl"),
    ),
    products=(
        _product(1, "Nümph", 2, de="Rotes Kleid", gb="Red dress"),
        _product(2, "nümph", 2, de="Blaues Kleid", gb="Blue dress"),
        _product(3, "Nümph", 4, de="Grünes Dirndl mit Schürze"),
        _product(4, "Ghost", 2, gb="Long green dress"),
        _product(5, "O'Neill", 1, de="T-Shirt, 100% Baumwolle", gb="T-shirt, 100% cotton"),
        _product(6, "Nümph", 3, de="STRASSENSCHUHE aus Wildleder", gb="Suede street shoes"),
        _product(7, "C:\\Style_Lab", 3, de="Weiße Turnschuhe", gb="White trainers"),
    ),
    users=(_user(1, "Zoë"), _user(2, "Jan"), _user(3, "Łucja")),
    collages=_COLLAGES,
    comments=(
        _comment(21, _COLLAGES[0], 2, "Schön 🌷", 50),
        _comment(22, _COLLAGES[0], 3, "Woher ist das Kleid?", 60),
        _comment(23, _COLLAGES[1], 1, "Tja.", 60),
        _comment(24, _COLLAGES[0], 1, "Aus Łódź!", 45),
        _comment(25, _COLLAGES[4], 2, "Lovely", 70),
        _comment(26, _COLLAGES[4], 3, "So green", 80),
    ),
    likes=(
        Like(collage_id=11, user_id=2),
        Like(collage_id=11, user_id=3),
        Like(collage_id=13, user_id=3),
        Like(collage_id=15, user_id=1),
    ),
)
