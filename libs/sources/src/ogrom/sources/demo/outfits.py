"""Outfits: products of one department that go together on a collage, all sold in its market."""

from itertools import chain

from .blocks import blocks_of, product_with
from .draws import Draws
from .garments import Department, Role
from .products import is_sold
from .world import World, products_before_collage

# What no outfit lacks, the largest piece first.
_ESSENTIALS: dict[Department, tuple[tuple[Role, ...], ...]] = {
    "women": (("dress", "shoes", "bag"), ("top", "bottom", "shoes")),
    "men": (("top", "bottom", "shoes"), ("layer", "bottom", "shoes")),
}
_EXTRAS: dict[Department, tuple[Role, ...]] = {
    "women": ("accessory", "layer", "bag", "accessory", "accessory", "home"),
    "men": ("bag", "layer", "accessory", "accessory", "top", "home"),
}
_TRIES = 4


def draw_outfit(world: World, collage_id: int, locale: str, draws: Draws) -> tuple[int, ...]:
    """Returns the three to eight products of a collage, the most important one first."""
    products = products_before_collage(collage_id)
    department = _draw_department(products, draws)
    essentials = draws.pick(_ESSENTIALS[department])
    extras = _EXTRAS[department]
    start, wanted = draws.below(len(extras)), draws.below(len(extras))
    chosen: list[int] = []
    # A stretch of the extras, as if they stood in a ring.
    roles: tuple[Role, ...] = (*essentials, *(*extras, *extras)[start : start + wanted])
    for role in roles:
        found = _draw_piece(world, department, role, products, locale, chosen, draws)
        if found is not None:
            chosen.append(found)
    return tuple(chosen)


def _draw_department(products: int, draws: Draws) -> Department:
    wished: Department = "women" if draws.percent(65) else "men"
    return wished if blocks_of(wished, products) else "women"


def _draw_piece(
    world: World,
    department: Department,
    role: Role,
    products: int,
    locale: str,
    chosen: list[int],
    draws: Draws,
) -> int | None:
    blocks = blocks_of(department, products)
    # The opening block is sold everywhere, so an essential is found there if nowhere else.
    tried = (draws.pick(blocks) for _ in range(_TRIES))
    for block in chain(tried, (blocks[0],)):
        piece = product_with(department, role, block, draws.below(2))
        if piece not in chosen and is_sold(world, piece, locale):
            return piece
    return None
