"""Which product bears which number, before any language or market speaks of it."""

from typing import Literal, TypeAlias

from msgspec import Struct

from .brands import Brand, brands_of
from .draws import Draws
from .garments import WARDROBES, Department, Garment, Role

Wording: TypeAlias = Literal[0, 1, 2]

STYLES = ("classic", "elegant", "relaxed", "pretty", "modern", "plain")
_WORDINGS: tuple[Wording, ...] = (0, 1, 2)


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


def draw_article(product_id: int, department: Department, role: Role, draws: Draws) -> Article:
    """Returns an article that plays this role."""
    garment = draws.pick(WARDROBES[department][role])
    return Article(
        id=product_id,
        department=department,
        garment=garment,
        brand=draws.pick(brands_of(role)),
        colour=draws.pick(garment.colours),
        material=draws.pick(garment.materials) if garment.materials else None,
        pattern=draws.pick(garment.patterns) if garment.patterns and draws.percent(28) else None,
        style=draws.pick(STYLES) if draws.percent(22) else None,
        wording=draws.pick(_WORDINGS),
    )
