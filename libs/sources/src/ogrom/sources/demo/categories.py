"""The category tree: departments, what they sell, and finer."""

from collections.abc import Mapping

from msgspec import Struct

from ogrom.protocols.catalogue import CategoryRecord

from .articles import Article
from .world import EPOCH, World


class _Node(Struct, frozen=True):
    """A node; `word` is what the languages have a name for, and garments name as their category."""

    id: int
    parent_id: int | None
    word: str


# What leads to a department's categories: each branch, and what hangs below it.
_WOMEN: Mapping[str, tuple[str, ...]] = {
    "clothing": ("dresses", "tops", "tees", "knitwear", "jackets", "trousers", "skirts"),
    "shoes": ("boots", "trainers", "flats", "heels"),
    "bags": (),
    "accessories": (
        "scarves",
        "hats",
        "belts",
        "glasses",
        "jewellery",
        "socks",
        "umbrellas",
    ),
}
_MEN: Mapping[str, tuple[str, ...]] = {
    "clothing": ("shirts", "tees", "knitwear", "jackets", "trousers"),
    "shoes": ("boots", "trainers", "flats", "lace_ups"),
    "bags": (),
    "accessories": (
        "scarves",
        "hats",
        "ties",
        "belts",
        "glasses",
        "jewellery",
        "socks",
        "umbrellas",
    ),
}
_HOME: Mapping[str, tuple[str, ...]] = {"textiles": (), "decoration": (), "lighting": ()}


def _grow(root_id: int, word: str, branches: Mapping[str, tuple[str, ...]]) -> tuple[_Node, ...]:
    nodes = [_Node(root_id, None, word)]
    for branch, leaves in branches.items():
        branch_id = root_id + len(nodes)
        nodes.append(_Node(branch_id, root_id, branch))
        for leaf in leaves:
            nodes.append(_Node(root_id + len(nodes), branch_id, leaf))
    return tuple(nodes)


# Each department has a hundred ids of its own, so that one can grow without moving another.
_DEPARTMENTS = {
    "women": _grow(100, "women", _WOMEN),
    "men": _grow(200, "men", _MEN),
    "home": _grow(300, "home", _HOME),
}
_IDS = {department: {node.word: node.id for node in nodes} for department, nodes in _DEPARTMENTS.items()}

CATEGORIES = sum(len(nodes) for nodes in _DEPARTMENTS.values())
"""How many categories there are."""


def category_of(article: Article) -> int:
    """Returns the id of the category that an article belongs to."""
    department = "home" if article.garment.role == "home" else article.department
    return _IDS[department][article.garment.category]


def categories(world: World) -> tuple[CategoryRecord, ...]:
    """Returns the whole tree, parents before their children."""
    return tuple(
        CategoryRecord(
            id=node.id,
            parent_id=node.parent_id,
            names={market.locale: market.language.categories[node.word] for market in world.markets},
            updated_at=EPOCH,
        )
        for nodes in _DEPARTMENTS.values()
        for node in nodes
    )
