"""What clients see: the statements on Ogrom's tables, and the views of their rows as plain dicts.

A view is JSON's own: moments are texts already, so that any encoder writes the same bytes.
"""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec

MARKET = "/v1/de-DE"
LOCALE = "de-DE"
MAX_LIMIT = 100

View: TypeAlias = dict[str, Any]
Row: TypeAlias = Sequence[Any]

PRODUCT = (
    "SELECT p.id, o.title, p.brand, p.category_id, o.amount, o.currency, p.image_url, p.revision, p.updated_at "
    "FROM offers o JOIN products p ON p.id = o.product_id WHERE o.locale = %s AND o.product_id = %s"
)
"""Its parameters are the locale and the id."""

COLLAGES = (
    "SELECT c.id, c.author_id, c.title, c.revision, c.created_at, c.updated_at, "
    "p.product_id, p.x, p.y, p.width, p.height, p.rotation, p.z "
    "FROM (SELECT id, locale, author_id, title, revision, created_at, updated_at FROM collages "
    "WHERE locale = %s ORDER BY created_at DESC, id DESC LIMIT %s) c "
    "LEFT JOIN placements p ON p.collage_id = c.id AND p.locale = c.locale "
    "ORDER BY c.created_at DESC, c.id DESC, p.position"
)
"""Its parameters are the locale and the limit plus one, which shows whether there is a next page."""

# What Ogrom's cursors of this list begin with: the list's name, market and filter.
_TAG = blake2b(repr(("collages", (LOCALE, None))).encode(), digest_size=6).digest()


def product_view(row: Row) -> View:
    """A product."""
    id, title, brand, category_id, amount, currency, image_url, revision, updated_at = row
    return {
        "id": id,
        "title": title,
        "brand": brand,
        "category_id": category_id,
        "price": {"amount": amount, "currency": currency},
        "image_url": image_url,
        "revision": revision,
        "updated_at": _moment(updated_at),
        "links": {"self": f"{MARKET}/products/{id}", "category": f"{MARKET}/categories/{category_id}"},
    }


def page_view(rows: Sequence[Row], limit: int) -> View:
    """A page of collages."""
    groups = [list(group) for _, group in groupby(rows, key=itemgetter(0))]
    itself = f"{MARKET}/collages?limit={limit}"
    following = None
    if len(groups) > limit:
        last = groups[limit - 1][0]
        following = f"{itself}&cursor={_cursor(last[4], last[0])}"
    return {
        "items": [_collage_view(group) for group in groups[:limit]],
        "next": following,
        "links": {"self": itself},
    }


def _collage_view(rows: Sequence[Row]) -> View:
    id, author_id, title, revision, created_at, updated_at = rows[0][:6]
    return {
        "id": id,
        "author_id": author_id,
        "title": title,
        # The outer join gives an empty row to a collage without placements.
        "placements": [_placement_view(row) for row in rows if row[6] is not None],
        "revision": revision,
        "created_at": _moment(created_at),
        "updated_at": _moment(updated_at),
        "links": {
            "self": f"{MARKET}/collages/{id}",
            "author": f"{MARKET}/users/{author_id}",
            "products": f"{MARKET}/products?collage_id={id}",
            "comments": f"{MARKET}/collages/{id}/comments",
            "likes": f"{MARKET}/collages/{id}/likes",
        },
    }


def _placement_view(row: Row) -> View:
    product_id, x, y, width, height, rotation, z = row[6:]
    return {
        "product_id": product_id,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "rotation": rotation,
        "z": z,
    }


def _moment(stored: datetime) -> str:
    """A time in UTC; the database leaves out the zone."""
    return f"{stored.isoformat()}Z"


def _cursor(created_at: datetime, id: int) -> str:
    packed = _TAG + msgspec.msgpack.encode((created_at.replace(tzinfo=UTC), id))
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
