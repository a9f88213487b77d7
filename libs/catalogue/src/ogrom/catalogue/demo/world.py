"""How the demo's world grows: what exists once so many products do, and when it came to be.

Everything is placed on one line: users, collages and comments appear between products in fixed proportions.
A record can so refer to what came before it without knowing how large the catalogue will become.
"""

from datetime import UTC, datetime, timedelta
from math import isqrt

from msgspec import Struct

from .garments import BLOCK
from .languages import Market

EPOCH = datetime(2015, 1, 1, 8, 0, tzinfo=UTC)

PRODUCTS_PER_USER = 10
PRODUCTS_PER_COLLAGE = 8
COMMENTS_PER_COLLAGE = 4

# Likes of the collages in turn. Their number is prime to that of the locales, so that all locales get all.
_LIKES = (3, 0, 11, 2, 5, 1, 16, 4, 7)

# Seconds since the epoch are the root of products times this: a site that grows faster and faster, so that
# two thousand products tell of half a year and a million of ten.
_PACE = 10**11

# The room between two products for other events.
_TICKS = 64


class World(Struct, frozen=True):
    """What every record of a catalogue depends on, besides its own number."""

    seed: int
    markets: tuple[Market, ...]


def users_after(products: int) -> int:
    """Returns how many users there are once there are so many products; at least one if any."""
    return -(-products // PRODUCTS_PER_USER)


def collages_after(products: int) -> int:
    """Returns how many collages there are once there are so many products; none before a whole block."""
    return products // PRODUCTS_PER_COLLAGE if products >= BLOCK else 0


def comments_after(products: int) -> int:
    """Returns how many comments there are once there are so many products."""
    return COMMENTS_PER_COLLAGE * collages_after(products)


def products_before_collage(collage_id: int) -> int:
    """Returns how many products there are when this collage is made; its inverse is `collages_after`."""
    return max(BLOCK, collage_id * PRODUCTS_PER_COLLAGE)


def likes_of(collage_id: int) -> int:
    """Returns how many users like this collage; never more than there were when it was made."""
    users = users_after(products_before_collage(collage_id))
    return min(_LIKES[collage_id % len(_LIKES)], users)


def product_time(product_id: int) -> datetime:
    """Returns when this product appeared."""
    return _moment(product_id * _TICKS)


def user_time(user_id: int) -> datetime:
    """Returns when this user came: just before the first product that needs one more user."""
    return _moment(((user_id - 1) * PRODUCTS_PER_USER + 1) * _TICKS - 1)


def collage_time(collage_id: int) -> datetime:
    """Returns when this collage was made: just after the last product it can show."""
    return _moment(products_before_collage(collage_id) * _TICKS + 1)


def comment_time(comment_id: int) -> datetime:
    """Returns when this comment was written: after the newest collage it can be about."""
    collage_id, place = divmod(comment_id - 1, COMMENTS_PER_COLLAGE)
    return _moment(products_before_collage(collage_id + 1) * _TICKS + 10 + 20 * place)


def _moment(tick: int) -> datetime:
    return EPOCH + timedelta(seconds=isqrt(tick * _PACE // _TICKS))
