"""Products: a number becomes an article, an article becomes a record that every market can read."""

from collections.abc import Mapping

from msgspec import Struct

from ogrom.protocols.catalogue import CategoryRecord, Offer, ProductRecord
from ogrom.protocols.models import Money

from .garments import ASSORTMENT, Article, draw_article, is_opening, part_of, slug
from .languages import LOCALES, Market
from .seeded_random import SeededRandom
from .world import EPOCH, World, product_time


class _Node(Struct, frozen=True):
    """A node; `word` is what the languages have a name for, and garments name as their category."""

    id: int
    parent_id: int | None
    word: str


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
    name: _grow(100 * number, name, branches)
    for number, (name, branches) in enumerate(ASSORTMENT.categories.items(), 1)
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
            names={market.locale: market.language.words.categories[node.word] for market in world.markets},
            updated_at=EPOCH,
        )
        for nodes in _DEPARTMENTS.values()
        for node in nodes
    )


def draw_value(article: Article, random: SeededRandom) -> int:
    """Returns what an article is worth, in euro cents, before a market rounds it."""
    low, high = article.garment.price
    # The lower of two draws: there are more bargains than treasures.
    euros = min(random.between(low, high), random.between(low, high))
    return (
        euros
        * ASSORTMENT.tiers[article.brand.tier]
        * ASSORTMENT.materials.get(article.material or "", 100)
        // 100
    )


def price(value: int, market: Market) -> Money:
    """Returns a value in euro cents as this market's price."""
    return Money(amount=charming(value * market.rate // 100), currency=market.currency)


def charming(amount: int) -> int:
    """Returns the price just under a round one that is near to an amount, both in minor units.

    Below 20 it ends on .99 or .49, below 100 on .99 or .95, above on 9.95 or 9.00.

    Example:
        >>> from ogrom.catalogue.demo.products import charming
        >>> charming(4_130), charming(25_999), charming(1_777)
        (3999, 24995, 1749)
    """
    if amount < 2_000:
        return max(amount // 50 * 50 - 1, 199)
    if amount < 10_000:
        return amount // 500 * 500 - (1 if amount % 3 else 5)
    return amount // 1_000 * 1_000 - (5 if amount % 3 else 100)


IMAGES = "/demo/images/"
"""Where the demo's pictures are served, as `<slug>.svg`."""

_UNSOLD_PERCENT = 3


def article_of(world: World, product_id: int) -> Article:
    """Returns what a product is."""
    _, article, _ = _draw(world, product_id)
    return article


def is_sold(world: World, product_id: int, locale: str) -> bool:
    """Returns whether a market has an offer for a product."""
    return _draw_unsold(product_id, _random(world, product_id)) != locale


def product(world: World, product_id: int) -> ProductRecord:
    unsold, article, value = _draw(world, product_id)
    return ProductRecord(
        id=product_id,
        brand=article.brand.name,
        category_id=category_of(article),
        image_url=f"{IMAGES}{slug(article)}.svg",
        offers={
            market.locale: Offer(title=market.language.title(article), price=price(value, market))
            for market in world.markets
            if market.locale != unsold
        },
        updated_at=product_time(product_id),
    )


def _random(world: World, product_id: int) -> SeededRandom:
    return SeededRandom(world.seed, "product", product_id)


def _draw(world: World, product_id: int) -> tuple[str | None, Article, int]:
    """Returns where a product is not sold, what it is, and what it is worth."""
    random = _random(world, product_id)
    unsold = _draw_unsold(product_id, random)
    article = draw_article(product_id, *part_of(product_id), random)
    return unsold, article, draw_value(article, random)


def _draw_unsold(product_id: int, random: SeededRandom) -> str | None:
    # The first draw of a product's, so that outfits can ask for it alone.
    sold = is_opening(product_id) or not random.percent(_UNSOLD_PERCENT)
    return None if sold else random.pick(LOCALES)
