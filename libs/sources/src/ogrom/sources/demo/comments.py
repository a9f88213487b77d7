"""Comments: what people write under a collage, in its language and at times about one of its pieces."""

from ogrom.protocols.models import Comment

from .collages import market_of, outfit_of
from .draws import Draws
from .grammar import sentence
from .language import Language
from .products import article_of
from .users import draw_speaker
from .world import (
    COMMENTS_PER_COLLAGE,
    World,
    comment_time,
    products_before_collage,
    users_after,
)

# How far back people look for a collage to comment on.
_LOOK_BACK = 40


def comment(world: World, comment_id: int) -> Comment:
    """Returns the record of a comment."""
    draws = Draws(world.seed, "comment", comment_id)
    newest = (comment_id - 1) // COMMENTS_PER_COLLAGE + 1
    collage_id = _draw_collage(comment_id, newest, draws)
    market = market_of(world, collage_id)
    users = users_after(products_before_collage(newest))
    return Comment(
        id=comment_id,
        locale=market.locale,
        collage_id=collage_id,
        author_id=draw_speaker(world, market.locale, users, draws),
        text=_text(world, collage_id, market.language, draws),
        created_at=comment_time(comment_id),
    )


def _draw_collage(comment_id: int, newest: int, draws: Draws) -> int:
    if comment_id % COMMENTS_PER_COLLAGE == 1:
        # The first comment after a collage greets it, so none stays without.
        return newest
    # Two draws multiplied are mostly small: what is newer is seen more.
    back = draws.below(_LOOK_BACK) * draws.below(_LOOK_BACK) // _LOOK_BACK
    return newest - back % newest


def _text(world: World, collage_id: int, language: Language, draws: Draws) -> str:
    voices = language.voices
    first = (
        _about_a_piece(world, collage_id, language, draws)
        if draws.percent(45)
        else draws.pick(voices.remarks)
    )
    return f"{first} {draws.pick(voices.afterthoughts)}" if draws.percent(35) else first


def _about_a_piece(world: World, collage_id: int, language: Language, draws: Draws) -> str:
    article = article_of(world, draws.pick(outfit_of(world, collage_id)))
    it = language.mention(article)
    template = draws.pick(language.voices.plural if it.plural else language.voices.singular)
    return template.format(it=it.text, It=sentence([it.text]))
