"""Prices: what a piece costs in euros, and what a shop makes of it in each market. Integers throughout."""

from ogrom.protocols.models import Money

from .articles import Article
from .brands import Tier
from .draws import Draws
from .markets import Market

_TIERS: dict[Tier, int] = {"cheap": 65, "ordinary": 100, "fine": 175}
_DEAR = {"cashmere": 160, "silk": 135, "leather": 130, "suede": 125, "wool": 115}


def draw_value(article: Article, draws: Draws) -> int:
    """Returns what an article is worth, in euro cents, before a market rounds it."""
    low, high = article.garment.price
    # The lower of two draws: there are more bargains than treasures.
    euros = min(draws.between(low, high), draws.between(low, high))
    return euros * _TIERS[article.brand.tier] * _DEAR.get(article.material or "", 100) // 100


def price(value: int, market: Market) -> Money:
    """Returns a value in euro cents as this market's price."""
    return Money(amount=charming(value * market.rate // 100), currency=market.currency)


def charming(amount: int) -> int:
    """Returns the price just under a round one that is near to an amount, both in minor units.

    Below 20 it ends on .99 or .49, below 100 on .99 or .95, above on 9.95 or 9.00.

    Example:
        >>> from ogrom.sources.demo.prices import charming
        >>> charming(4_130), charming(25_999), charming(1_777)
        (3999, 24995, 1749)
    """
    if amount < 2_000:
        return max(amount // 50 * 50 - 1, 199)
    if amount < 10_000:
        return amount // 500 * 500 - (1 if amount % 3 else 5)
    return amount // 1_000 * 1_000 - (5 if amount % 3 else 100)
