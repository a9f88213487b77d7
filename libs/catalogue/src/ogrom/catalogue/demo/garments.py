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


class Garment(Struct, frozen=True, rename={"palette": "colours"}):
    """A kind of product: where it belongs, what it looks like, what it may be made of and cost.

    Attributes:
        price: the lowest and highest price of an ordinary brand, in whole euros.
        palette: its colours, or the name of a palette.
        patterned: whether it may have a print.
    """

    word: str
    role: Role
    category: str
    silhouette: str
    price: tuple[int, int]
    materials: tuple[str, ...] = ()
    palette: str | tuple[str, ...] = "cloths"
    patterned: bool = False

    @property
    def colours(self) -> tuple[str, ...]:
        """The colours that it comes in."""
        return ASSORTMENT.palettes[self.palette] if isinstance(self.palette, str) else self.palette

    @property
    def patterns(self) -> tuple[str, ...]:
        """The prints that it may have."""
        return PATTERNS if self.patterned else ()


class _Garments(Struct, frozen=True):
    women: tuple[Garment, ...]
    men: tuple[Garment, ...]
    everybody: tuple[Garment, ...]
    home: tuple[Garment, ...]


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


class Outfits(Struct, frozen=True):
    """The file: what goes together, and how it is laid out.

    Attributes:
        roles: those of the products of a block.
        essentials: what no outfit lacks, the largest piece first; one of several sets.
        extras: what may be added.
        layouts: squares by their number, in thousandths: x, y and side. The first is for the main piece; later ones may
            lie on earlier ones.
    """

    roles: dict[Department, tuple[Role, ...]]
    essentials: dict[Department, tuple[tuple[Role, ...], ...]]
    extras: dict[Department, tuple[Role, ...]]
    layouts: dict[int, tuple[tuple[int, int, int], ...]]


ASSORTMENT = msgspec.toml.decode((DATA / "assortment.toml").read_bytes(), type=Assortment)
OUTFITS = msgspec.toml.decode((DATA / "outfits.toml").read_bytes(), type=Outfits)

COLOURS: Mapping[str, str] = ASSORTMENT.colours
"""What each colour looks like, as `#rrggbb`."""

PATTERNS = ASSORTMENT.patterns
STYLES = ASSORTMENT.styles
_WORDINGS: tuple[Wording, ...] = (0, 1, 2)


def _by_role(garments: Iterable[Garment]) -> Mapping[Role, tuple[Garment, ...]]:
    found: dict[Role, list[Garment]] = {}
    for garment in garments:
        found.setdefault(garment.role, []).append(garment)
    return {role: tuple(each) for role, each in found.items()}


_KINDS = ASSORTMENT.garments
GARMENTS = (*_KINDS.women, *_KINDS.men, *_KINDS.everybody, *_KINDS.home)
WARDROBES: Mapping[Department, Mapping[Role, tuple[Garment, ...]]] = {
    "women": _by_role((*_KINDS.women, *_KINDS.everybody, *_KINDS.home)),
    "men": _by_role((*_KINDS.men, *_KINDS.everybody, *_KINDS.home)),
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

_PLACES: dict[Department, dict[Role, tuple[int, ...]]] = {
    department: {role: tuple(place for place, other in enumerate(roles) if other == role) for role in roles}
    for department, roles in OUTFITS.roles.items()
}


def part_of(product_id: int) -> tuple[Department, Role]:
    """Returns the department and the role of a product."""
    block, place = divmod(product_id - 1, BLOCK)
    department = _DEPARTMENTS[block % len(_DEPARTMENTS)]
    return department, OUTFITS.roles[department][(place + block * _SHIFT) % BLOCK]


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
