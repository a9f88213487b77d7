"""Collages: an outfit, laid out and given a title by somebody who speaks the market's language."""

from collections.abc import Sequence
from itertools import chain

from ogrom.protocols.catalogue import Like
from ogrom.protocols.models import Collage, Comment, Placement

from .garments import OUTFITS, Department, Role, blocks_of, product_with
from .languages import Language, Market, sentence
from .products import article_of, is_sold
from .seeded_random import SeededRandom
from .users import draw_speaker
from .world import (
    COMMENTS_PER_COLLAGE,
    World,
    collage_time,
    comment_time,
    likes_of,
    products_before_collage,
    users_after,
)

_TRIES = 4


def draw_outfit(world: World, collage_id: int, locale: str, random: SeededRandom) -> tuple[int, ...]:
    """Returns the three to eight products of a collage, the most important one first."""
    products = products_before_collage(collage_id)
    department = _draw_department(products, random)
    essentials = random.pick(OUTFITS.essentials[department])
    extras = OUTFITS.extras[department]
    start, wanted = random.below(len(extras)), random.below(len(extras))
    chosen: list[int] = []
    # A stretch of the extras, as if they stood in a ring.
    roles: tuple[Role, ...] = (*essentials, *(*extras, *extras)[start : start + wanted])
    for role in roles:
        found = _draw_piece(world, department, role, products, locale, chosen, random)
        if found is not None:
            chosen.append(found)
    return tuple(chosen)


def _draw_department(products: int, random: SeededRandom) -> Department:
    wished: Department = "women" if random.percent(65) else "men"
    return wished if blocks_of(wished, products) else "women"


def _draw_piece(
    world: World,
    department: Department,
    role: Role,
    products: int,
    locale: str,
    chosen: list[int],
    random: SeededRandom,
) -> int | None:
    blocks = blocks_of(department, products)
    # The opening block is sold everywhere, so an essential is found there if nowhere else.
    tried = (random.pick(blocks) for _ in range(_TRIES))
    for block in chain(tried, (blocks[0],)):
        piece = product_with(department, role, block, random.below(2))
        if piece not in chosen and is_sold(world, piece, locale):
            return piece
    return None


# Of a place, in thousandths.
_JITTER = 20


def draw_layout(products: Sequence[int], random: SeededRandom) -> tuple[Placement, ...]:
    """Returns a place for each of three to eight products, inside the unit square, each above the last."""
    mirrored = random.percent(50)
    return tuple(
        _place(product_id, square, mirrored, z, random)
        for z, (product_id, square) in enumerate(zip(products, OUTFITS.layouts[len(products)], strict=True))
    )


def _place(
    product_id: int, square: tuple[int, int, int], mirrored: bool, z: int, random: SeededRandom
) -> Placement:
    left, top, side = square
    if mirrored:
        left = 1000 - left - side
    return Placement(
        product_id=product_id,
        x=(left + random.between(-_JITTER, _JITTER)) / 1000,
        y=(top + random.between(-_JITTER, _JITTER)) / 1000,
        width=side / 1000,
        height=side / 1000,
        rotation=random.between(-12, 12) / 2,
        z=z,
    )


def market_of(world: World, collage_id: int) -> Market:
    """Returns the market of a collage; the markets take turns."""
    return world.markets[(collage_id - 1) % len(world.markets)]


def outfit_of(world: World, collage_id: int) -> tuple[int, ...]:
    """Returns the products that a collage shows, the main piece first."""
    random = SeededRandom(world.seed, "outfit", collage_id)
    return draw_outfit(world, collage_id, market_of(world, collage_id).locale, random)


def collage(world: World, collage_id: int) -> Collage:
    market = market_of(world, collage_id)
    random = SeededRandom(world.seed, "collage", collage_id)
    products = outfit_of(world, collage_id)
    users = users_after(products_before_collage(collage_id))
    made_at = collage_time(collage_id)
    return Collage(
        id=collage_id,
        locale=market.locale,
        author_id=draw_speaker(world, market.locale, users, random),
        title=_title(market.language, article_of(world, products[0]).colour, random),
        placements=draw_layout(products, random),
        revision=1,
        created_at=made_at,
        updated_at=made_at,
    )


def _title(language: Language, colour: str, random: SeededRandom) -> str:
    phrases = language.words.phrases
    if random.percent(40):
        return sentence([random.pick(phrases.mottos).format(hue=language.hue(colour))])
    return sentence([random.pick(phrases.occasions), random.pick(phrases.settings)])


def likes(world: World, collage_id: int) -> tuple[Like, ...]:
    """Returns the likes of a collage, each by another user."""
    users = users_after(products_before_collage(collage_id))
    number = likes_of(collage_id)
    random = SeededRandom(world.seed, "likes", collage_id)
    start, stride = random.below(users), 1 + random.below(max(1, users // max(1, number)))
    # number * stride <= users, so going round once never meets the same user twice.
    return tuple(Like(collage_id=collage_id, user_id=(start + i * stride) % users + 1) for i in range(number))


# How far back people look for a collage to comment on.
_LOOK_BACK = 40


def comment(world: World, comment_id: int) -> Comment:
    random = SeededRandom(world.seed, "comment", comment_id)
    newest = (comment_id - 1) // COMMENTS_PER_COLLAGE + 1
    collage_id = _draw_collage(comment_id, newest, random)
    market = market_of(world, collage_id)
    users = users_after(products_before_collage(newest))
    return Comment(
        id=comment_id,
        locale=market.locale,
        collage_id=collage_id,
        author_id=draw_speaker(world, market.locale, users, random),
        text=_text(world, collage_id, market.language, random),
        created_at=comment_time(comment_id),
    )


def _draw_collage(comment_id: int, newest: int, random: SeededRandom) -> int:
    if comment_id % COMMENTS_PER_COLLAGE == 1:
        # The first comment after a collage greets it, so none stays without.
        return newest
    # The product of two draws is mostly small: what is newer is seen more.
    back = random.below(_LOOK_BACK) * random.below(_LOOK_BACK) // _LOOK_BACK
    return newest - back % newest


def _text(world: World, collage_id: int, language: Language, random: SeededRandom) -> str:
    phrases = language.words.phrases
    first = (
        _about_a_piece(world, collage_id, language, random)
        if random.percent(45)
        else random.pick(phrases.remarks)
    )
    return f"{first} {random.pick(phrases.afterthoughts)}" if random.percent(35) else first


def _about_a_piece(world: World, collage_id: int, language: Language, random: SeededRandom) -> str:
    article = article_of(world, random.pick(outfit_of(world, collage_id)))
    it = language.mention(article)
    template = random.pick(language.words.phrases.plural if it.plural else language.words.phrases.singular)
    return template.format(it=it.text, It=sentence([it.text]))
