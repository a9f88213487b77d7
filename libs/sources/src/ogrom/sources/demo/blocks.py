"""Which part a product plays, from its number alone, and which product plays a given part.

Products come in blocks of a dozen; each block is of one department and holds every role an outfit needs. So
an outfit finds its pieces by arithmetic, in a world of any size, and nothing has to be remembered.
"""

from typing import Final

from .garments import Department, Role

BLOCK: Final = 12

# The departments take turns.
_DEPARTMENTS: tuple[Department, ...] = ("women", "men")

# From one block to the next the roles move on by so many places, lest the same ones meet again and again.
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
