"""The calls: each of a source, and the simplest code over the raw driver that gives the same."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import Any

from ogrom.protocols.context import Context
from ogrom.protocols.keyset import AgeKey, IdKey, Keyset
from ogrom.protocols.models import Collage, Comment, Money, Placement, Product
from ogrom.protocols.pages import PageRequest
from ogrom.sources.wrappers import Breaker, Cache, Timings, cached, guarded, observed

from .stores import CATEGORIES, LOCALE, Store, collage_of

ROWS, RAW, OURS, TWICE, FREE = "statement", "raw", "ogrom", "ogrom twice", "no deadline"
POOL = "connector's pool"

# Those of the sources, for cursors near the end of a list.
_COMMENTS_BY_AGE: Keyset[Comment, AgeKey] = Keyset(
    "comments", AgeKey, lambda comment: AgeKey(comment.created_at, comment.id)
)
_PRODUCTS_BY_ID: Keyset[Product, IdKey] = Keyset("products", IdKey, lambda product: IdKey(product.id))

_PRODUCT = (
    "SELECT products.id, offers.title, products.brand, products.category_id, offers.amount, offers.currency, "
    "products.image_url, products.revision, products.updated_at FROM products "
    "JOIN offers ON offers.product_id = products.id WHERE offers.locale = ? AND products.id IN (%s)"
)
_COMMENT = (
    "SELECT id, locale, collage_id, author_id, text, created_at FROM comments WHERE locale = ? "
    "ORDER BY created_at DESC, id DESC LIMIT ?"
)

_COLLAGES = (
    "SELECT page.id, page.locale, page.author_id, page.title, page.revision, page.created_at, page.updated_at, "
    "p.product_id, p.x, p.y, p.width, p.height, p.rotation, p.z FROM (SELECT id, locale, author_id, title, revision, "
    "created_at, updated_at FROM collages WHERE locale = ? ORDER BY created_at DESC, id DESC LIMIT ?) AS page "
    "LEFT JOIN placements p ON p.collage_id = page.id AND p.locale = page.locale "
    "ORDER BY page.created_at DESC, page.id DESC, p.position"
)


@dataclass(frozen=True)
class Case:
    """One call in several variants; each takes a number that chooses its arguments.

    Attributes:
        variants: by name; `raw` and the connector's pool, if they exist, give the same as `ogrom`.
    """

    name: str
    variants: dict[str, Callable[[int], Any]]


def context(seconds: float | None = 10) -> Context:
    """The Context of a call; with a deadline, as the service makes it."""
    return Context(locale=LOCALE, deadline=None if seconds is None else time.monotonic() + seconds)


def cases(store: Store) -> Iterator[Case]:
    """All cases over one store."""
    yield _one_product(store)
    yield _hundred_products(store)
    yield _comments(store)
    yield _collages(store)
    yield from _wrapped(store)
    yield from _pages(store)


def _product(store: Store, row: Any) -> Product:
    id, title, brand, category_id, amount, currency, image_url, revision, updated_at = row
    return Product(
        id=id,
        title=title,
        brand=brand,
        category_id=category_id,
        price=Money(amount=amount, currency=currency),
        image_url=image_url,
        revision=revision,
        updated_at=store.moment(updated_at),
    )


def _one_product(store: Store) -> Case:
    sql, read = _PRODUCT % "?", store.sources.products.product_by_id
    ids = Random(7).choices(range(1, store.rows + 1), k=1000)

    def raw(n: int) -> Product:
        return _product(store, store.rows_of(sql, (LOCALE, ids[n]))[0])

    def pooled(n: int) -> Product:
        return _product(store, store.pooled_rows_of(sql, (LOCALE, ids[n]))[0])

    return Case(
        "product_by_id",
        {
            **({POOL: pooled} if store.pool else {}),
            ROWS: lambda n: store.rows_of(sql, (LOCALE, ids[n])),
            RAW: raw,
            OURS: lambda n: read(context(), ids[n]),
            FREE: lambda n: read(context(None), ids[n]),
            # A control: this must show as twice the cost.
            TWICE: lambda n: (read(context(), ids[n]), read(context(), ids[-n - 1])),
        },
    )


def _hundred_products(store: Store) -> Case:
    sql, read = _PRODUCT % ", ".join("?" * 100), store.sources.products.products_by_ids
    random = Random(7)
    wanted = [random.sample(range(1, store.rows + 1), 100) for _ in range(100)]

    def raw(n: int) -> dict[int, Product]:
        return {row[0]: _product(store, row) for row in store.rows_of(sql, (LOCALE, *wanted[n % 100]))}

    return Case(
        "100 products_by_ids",
        {
            ROWS: lambda n: store.rows_of(sql, (LOCALE, *wanted[n % 100])),
            RAW: raw,
            OURS: lambda n: read(context(), wanted[n % 100]),
            FREE: lambda n: read(context(None), wanted[n % 100]),
        },
    )


def _comments(store: Store) -> Case:
    read, page = store.sources.comments.comments, PageRequest(limit=20)

    def raw(n: int) -> tuple[Comment, ...]:
        made = [
            Comment(
                id=id,
                locale=locale,
                collage_id=collage_id,
                author_id=author_id,
                text=text,
                created_at=store.moment(created_at),
            )
            for id, locale, collage_id, author_id, text, created_at in store.rows_of(_COMMENT, (LOCALE, 21))
        ]
        return tuple(made[:20])

    return Case(
        "20 comments",
        {
            ROWS: lambda n: store.rows_of(_COMMENT, (LOCALE, 21)),
            RAW: raw,
            OURS: lambda n: read(context(), page).items,
            FREE: lambda n: read(context(None), page).items,
        },
    )


def _collages(store: Store) -> Case:
    read, page = store.sources.collages.collages, PageRequest(limit=20)

    def raw(n: int) -> tuple[Collage, ...]:
        made = (
            _collage(store, [*rows])
            for _, rows in groupby(store.rows_of(_COLLAGES, (LOCALE, 21)), itemgetter(0))
        )
        return tuple(made)[:20]

    return Case(
        "20 collages",
        {
            ROWS: lambda n: store.rows_of(_COLLAGES, (LOCALE, 21)),
            RAW: raw,
            OURS: lambda n: read(context(), page).items,
            FREE: lambda n: read(context(None), page).items,
        },
    )


def _collage(store: Store, rows: list[Any]) -> Collage:
    id, locale, author_id, title, revision, created_at, updated_at = rows[0][:7]
    placed = (
        Placement(product_id=of, x=x, y=y, width=width, height=height, rotation=rotation, z=z)
        for of, x, y, width, height, rotation, z in (row[7:] for row in rows)
    )
    return Collage(
        id=id,
        locale=locale,
        author_id=author_id,
        title=title,
        placements=tuple(placed),
        revision=revision,
        created_at=store.moment(created_at),
        updated_at=store.moment(updated_at),
    )


def _wrapped(store: Store) -> Iterator[Case]:
    """A product through breaker and timings, and from memory."""
    within = guarded(observed(store.sources.products, "products", Timings()), "products", Breaker("database"))
    kept = cached(within, "products", Cache(), ttl=3600)
    yield Case("product_by_id, wrapped", {OURS: lambda n: within.product_by_id(context(), n + 1)})
    yield Case("product_by_id from memory", {OURS: lambda n: kept.product_by_id(context(), 7)})


def _pages(store: Store) -> Iterator[Case]:
    """The first page of each list and its last one, with a cursor near the end."""
    products, comments, collages = store.sources.products, store.sources.comments, store.sources.collages
    one, category = PageRequest(limit=1), CATEGORIES // 2
    old = comments.comment_by_id(context(), 30)
    last = products.product_by_id(context(), store.rows - 30)
    last_of_category = products.product_by_id(context(), max(1, store.rows - 21 * CATEGORIES))
    middle = collage_of(store.rows // 2)
    assert old is not None
    assert last is not None
    assert last_of_category is not None
    # A cursor follows the first of two items on a page of one.
    old_comments = _COMMENTS_BY_AGE.page([old, old], one, LOCALE, None).next_cursor
    last_products = _PRODUCTS_BY_ID.page([last, last], one, LOCALE, {}).next_cursor
    scope = (LOCALE, {"category_id": category})
    of_category = _PRODUCTS_BY_ID.page([last_of_category] * 2, one, *scope).next_cursor
    last_below = _PRODUCTS_BY_ID.page([last, last], one, LOCALE, {"category_id": 1}).next_cursor

    def case(name: str, read: Callable[[PageRequest], object], cursor: str | None = None) -> Case:
        return Case(name, {OURS: lambda n: read(PageRequest(limit=20, cursor=cursor))})

    def of_one_category(page: PageRequest) -> object:
        return products.products(context(), page, category_id=category)

    def below_the_root(page: PageRequest) -> object:
        return products.products(context(), page, category_id=1)

    yield case("comments, first page", lambda page: comments.comments(context(), page))
    yield case("comments, last page", lambda page: comments.comments(context(), page), old_comments)
    yield case("products, first page", lambda page: products.products(context(), page))
    yield case("products, last page", lambda page: products.products(context(), page), last_products)
    yield case("products of a category, first page", of_one_category)
    yield case("products of a category, last page", of_one_category, of_category)
    yield case("products below a category, first page", below_the_root)
    yield case("products below a category, last page", below_the_root, last_below)
    yield case("collages, first page", lambda page: collages.collages(context(), page))
    yield case("comments of a collage", lambda page: comments.comments(context(), page, collage_id=middle))
