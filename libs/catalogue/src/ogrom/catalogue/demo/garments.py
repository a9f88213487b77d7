"""What there is to sell, without a word of any language; and which article each product is.

Products come in blocks of a dozen; each block is of one department and holds every role that an outfit needs. So an
outfit finds its pieces by arithmetic, in a world of any size, and nothing has to be remembered.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from .seeded_random import SeededRandom

DATA = Path(__file__).parent / "data"
"""The demo's words, drawings and tables."""

Department: TypeAlias = Literal["women", "men"]
Role: TypeAlias = Literal["dress", "top", "layer", "bottom", "shoes", "bag", "accessory", "home"]
"""The part that a piece plays in an outfit."""
Tier: TypeAlias = Literal["cheap", "ordinary", "fine"]
Wording: TypeAlias = Literal[0, 1, 2]


class Brand(Struct, frozen=True):
    """Who makes a product; `tier` says what that does to its price."""

    name: str
    tier: Tier


class Garment(Struct, frozen=True, kw_only=True):
    """A kind of product: where it belongs, what it looks like, what it may be made of and cost.

    Attributes:
        price: the lowest and highest price of an ordinary brand, in whole euros.
    """

    word: str
    role: Role
    category: str
    silhouette: str
    price: tuple[int, int]
    materials: tuple[str, ...]
    colours: tuple[str, ...]
    patterns: tuple[str, ...]


class _Garment(Struct, frozen=True):
    """A garment as it is written in the file; `colours` may name a palette."""

    word: str
    role: Role
    category: str
    silhouette: str
    price: tuple[int, int]
    materials: tuple[str, ...] = ()
    colours: str | tuple[str, ...] = "cloths"
    patterned: bool = False


class _Garments(Struct, frozen=True):
    women: tuple[_Garment, ...]
    men: tuple[_Garment, ...]
    everybody: tuple[_Garment, ...]
    home: tuple[_Garment, ...]


class _Brands(Struct, frozen=True):
    fashion: tuple[Brand, ...]
    home: tuple[Brand, ...]


class Assortment(Struct, frozen=True):
    """The file: all that the demo sells."""

    patterns: tuple[str, ...]
    styles: tuple[str, ...]
    colours: dict[str, str]
    palettes: dict[str, tuple[str, ...]]
    materials: dict[str, int]
    tiers: dict[Tier, int]
    garments: _Garments
    brands: _Brands
    categories: dict[str, dict[str, tuple[str, ...]]]


ASSORTMENT = msgspec.toml.decode((DATA / "assortment.toml").read_bytes(), type=Assortment)

COLOURS: Mapping[str, str] = ASSORTMENT.colours
"""What each colour looks like, as `#rrggbb`."""

PATTERNS = ASSORTMENT.patterns
STYLES = ASSORTMENT.styles
_WORDINGS: tuple[Wording, ...] = (0, 1, 2)


def _garment(found: _Garment) -> Garment:
    colours = found.colours
    return Garment(
        word=found.word,
        role=found.role,
        category=found.category,
        silhouette=found.silhouette,
        price=found.price,
        materials=found.materials,
        colours=ASSORTMENT.palettes[colours] if isinstance(colours, str) else colours,
        patterns=PATTERNS if found.patterned else (),
    )


def _by_role(garments: Iterable[Garment]) -> Mapping[Role, tuple[Garment, ...]]:
    found: dict[Role, list[Garment]] = {}
    for garment in garments:
        found.setdefault(garment.role, []).append(garment)
    return {role: tuple(each) for role, each in found.items()}


_WOMEN, _MEN, _EVERYBODY, _HOME = (
    tuple(map(_garment, each))
    for each in (
        ASSORTMENT.garments.women,
        ASSORTMENT.garments.men,
        ASSORTMENT.garments.everybody,
        ASSORTMENT.garments.home,
    )
)
GARMENTS = (*_WOMEN, *_MEN, *_EVERYBODY, *_HOME)
WARDROBES: Mapping[Department, Mapping[Role, tuple[Garment, ...]]] = {
    "women": _by_role((*_WOMEN, *_EVERYBODY, *_HOME)),
    "men": _by_role((*_MEN, *_EVERYBODY, *_HOME)),
}


def brands_of(role: Role) -> Sequence[Brand]:
    """Returns the brands that make pieces of this role."""
    return ASSORTMENT.brands.home if role == "home" else ASSORTMENT.brands.fashion


class Article(Struct, frozen=True, kw_only=True):
    """What a product is: keys that a language has words for; `wording` chooses among its ways to say it."""

    id: int
    department: Department
    garment: Garment
    brand: Brand
    colour: str
    material: str | None
    pattern: str | None
    style: str | None
    wording: Wording


def slug(article: Article) -> str:
    """Returns the name of the picture that shows this article, as in `dress-red-striped`."""
    name = f"{article.garment.silhouette}-{article.colour}"
    return f"{name}-{article.pattern}" if article.pattern else name


def draw_article(product_id: int, department: Department, role: Role, random: SeededRandom) -> Article:
    """Returns an article that plays this role."""
    garment = random.pick(WARDROBES[department][role])
    return Article(
        id=product_id,
        department=department,
        garment=garment,
        brand=random.pick(brands_of(role)),
        colour=random.pick(garment.colours),
        material=random.pick(garment.materials) if garment.materials else None,
        pattern=random.pick(garment.patterns) if garment.patterns and random.percent(28) else None,
        style=random.pick(STYLES) if random.percent(22) else None,
        wording=random.pick(_WORDINGS),
    )


BLOCK: Final = 12

# The departments take turns.
_DEPARTMENTS: tuple[Department, ...] = ("women", "men")

# From one block to the next the roles move on by so many places, so that not always the same ones meet.
_SHIFT = 5

_ROLES: dict[Department, tuple[Role, ...]] = {
    "women": (
        "dress",
        "shoes",
        "top",
        "accessory",
        "bottom",
        "bag",
        "dress",
        "layer",
        "shoes",
        "top",
        "home",
        "accessory",
    ),
    "men": (
        "top",
        "shoes",
        "layer",
        "accessory",
        "bottom",
        "top",
        "bag",
        "bottom",
        "layer",
        "shoes",
        "home",
        "accessory",
    ),
}
_PLACES: dict[Department, dict[Role, tuple[int, ...]]] = {
    department: {role: tuple(place for place, other in enumerate(roles) if other == role) for role in roles}
    for department, roles in _ROLES.items()
}


def part_of(product_id: int) -> tuple[Department, Role]:
    """Returns the department and the role of a product."""
    block, place = divmod(product_id - 1, BLOCK)
    department = _DEPARTMENTS[block % len(_DEPARTMENTS)]
    return department, _ROLES[department][(place + block * _SHIFT) % BLOCK]


def is_opening(product_id: int) -> bool:
    """Returns whether a product is of the first blocks, which every market sells whole."""
    return product_id <= BLOCK * len(_DEPARTMENTS)


def product_with(department: Department, role: Role, block: int, choice: int) -> int:
    """Returns the product that plays this role in a block of this department.

    Args:
        department: Whose outfit it is.
        role: The part; men wear no dress.
        block: One of the numbers of `blocks_of`.
        choice: Any number; it decides where a block holds several of that role.
    """
    places = _PLACES[department][role]
    place = (places[choice % len(places)] - block * _SHIFT) % BLOCK
    return block * BLOCK + place + 1


def blocks_of(department: Department, products: int) -> range:
    """Returns the numbers of the whole blocks of a department among so many products."""
    return range(_DEPARTMENTS.index(department), products // BLOCK, len(_DEPARTMENTS))
