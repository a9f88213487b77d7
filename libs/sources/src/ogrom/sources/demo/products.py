"""Products: a number becomes an article, an article becomes a record that every market can read."""

from ogrom.protocols.catalogue import Offer, ProductRecord

from .articles import Article, draw_article, slug
from .blocks import is_opening, part_of
from .categories import category_of
from .draws import Draws
from .markets import LOCALES
from .prices import draw_value, price
from .world import World, product_time

IMAGES = "/demo/images/"
"""Where the demo's pictures are served, as `<slug>.svg`."""

_UNSOLD_PERCENT = 3


def article_of(world: World, product_id: int) -> Article:
    """Returns what a product is."""
    _, article, _ = _draw(world, product_id)
    return article


def is_sold(world: World, product_id: int, locale: str) -> bool:
    """Returns whether a market has an offer for a product."""
    return _draw_unsold(product_id, _draws(world, product_id)) != locale


def product(world: World, product_id: int) -> ProductRecord:
    """Returns the record of a product."""
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


def _draws(world: World, product_id: int) -> Draws:
    return Draws(world.seed, "product", product_id)


def _draw(world: World, product_id: int) -> tuple[str | None, Article, int]:
    """Returns where a product is not sold, what it is, and what it is worth."""
    draws = _draws(world, product_id)
    unsold = _draw_unsold(product_id, draws)
    article = draw_article(product_id, *part_of(product_id), draws)
    return unsold, article, draw_value(article, draws)


def _draw_unsold(product_id: int, draws: Draws) -> str | None:
    # The first draw of a product's, so that outfits can ask for it alone.
    sold = is_opening(product_id) or not draws.percent(_UNSOLD_PERCENT)
    return None if sold else draws.pick(LOCALES)
