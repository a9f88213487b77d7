"""Likes: which users like a collage."""

from ogrom.protocols.catalogue import Like

from .draws import Draws
from .world import World, likes_of, products_before_collage, users_after


def likes(world: World, collage_id: int) -> tuple[Like, ...]:
    """Returns the likes of a collage, each by another user."""
    users = users_after(products_before_collage(collage_id))
    number = likes_of(collage_id)
    draws = Draws(world.seed, "likes", collage_id)
    start, stride = draws.below(users), 1 + draws.below(max(1, users // max(1, number)))
    # number * stride <= users, so going round once never meets the same user twice.
    return tuple(Like(collage_id=collage_id, user_id=(start + i * stride) % users + 1) for i in range(number))
