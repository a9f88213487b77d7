"""Collages: an outfit, laid out and given a title by somebody who speaks the market's language."""

from ogrom.protocols.models import Collage

from .draws import Draws
from .grammar import sentence
from .language import Language
from .layouts import draw_layout
from .markets import Market
from .outfits import draw_outfit
from .products import article_of
from .users import draw_speaker
from .world import World, collage_time, products_before_collage, users_after


def market_of(world: World, collage_id: int) -> Market:
    """Returns the market of a collage; the markets take turns."""
    return world.markets[(collage_id - 1) % len(world.markets)]


def outfit_of(world: World, collage_id: int) -> tuple[int, ...]:
    """Returns the products that a collage shows, the main piece first."""
    draws = Draws(world.seed, "outfit", collage_id)
    return draw_outfit(world, collage_id, market_of(world, collage_id).locale, draws)


def collage(world: World, collage_id: int) -> Collage:
    """Returns the record of a collage."""
    market = market_of(world, collage_id)
    draws = Draws(world.seed, "collage", collage_id)
    products = outfit_of(world, collage_id)
    users = users_after(products_before_collage(collage_id))
    made_at = collage_time(collage_id)
    return Collage(
        id=collage_id,
        locale=market.locale,
        author_id=draw_speaker(world, market.locale, users, draws),
        title=_title(market.language, article_of(world, products[0]).colour, draws),
        placements=draw_layout(products, draws),
        revision=1,
        created_at=made_at,
        updated_at=made_at,
    )


def _title(language: Language, colour: str, draws: Draws) -> str:
    voices = language.voices
    if draws.percent(40):
        return sentence([draws.pick(voices.mottos).format(hue=language.hue(colour))])
    return sentence([draws.pick(voices.occasions), draws.pick(voices.settings)])
