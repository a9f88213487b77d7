"""The catalogue as a whole: how much it holds, and its records in batches."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from ogrom.protocols.catalogue import Catalogue

from .collages import collage, comment, likes
from .languages import LOCALES, markets_of
from .products import CATEGORIES, categories, product
from .users import user
from .world import World, collages_after, comments_after, likes_of, users_after

SEED = 2015


class Counts(Struct, frozen=True, kw_only=True):
    """How many records of each kind a catalogue has."""

    categories: int
    products: int
    users: int
    collages: int
    comments: int
    likes: int

    @property
    def total(self) -> int:
        return self.categories + self.products + self.users + self.collages + self.comments + self.likes


def counts(products: int) -> Counts:
    """Returns how many records `catalogue` yields for so many products, exactly.

    Args:
        products: How many products; the rest follows.

    Raises:
        ValueError: `products` is negative.
    """
    _check_products(products)
    collages = collages_after(products)
    return Counts(
        categories=CATEGORIES,
        products=products,
        users=users_after(products),
        collages=collages,
        comments=comments_after(products),
        likes=sum(map(likes_of, range(1, collages + 1))),
    )


def catalogue(
    *,
    products: int = 2000,
    seed: int = SEED,
    locales: Sequence[str] = LOCALES,
    batch: int = 1000,
) -> Iterator[Catalogue]:
    """Streams a made-up catalogue of fashion, the same for the same arguments everywhere and always.

    A record depends on the seed, the locales and its own number only: a larger catalogue begins with the
    smaller one. What a record refers to stands in the same batch or an earlier one.

    Args:
        products: How many products; users, collages, comments and likes follow, see `counts`.
        seed: Another seed, another catalogue.
        locales: The markets to speak for; some of `LOCALES`. About three products in a hundred are not sold
            in one of all the markets.
        batch: How many products a batch holds at most; it also holds what was made in the same time.

    Returns:
        The batches, made one by one as they are asked for. The first holds all the categories.

    Raises:
        ValueError: `products` is negative, `batch` is not positive, or a locale is unknown.
    """
    _check_products(products)
    if batch < 1:
        raise ValueError(f"demo: batch {batch} must be 1 or more")
    return _batches(World(seed, markets_of(locales)), products, batch)


def _check_products(products: int) -> None:
    if products < 0:
        raise ValueError(f"demo: products {products} must be 0 or more")


def _batches(world: World, products: int, batch: int) -> Iterator[Catalogue]:
    yield _between(world, 0, min(batch, products))
    for start in range(batch, products, batch):
        yield _between(world, start, min(start + batch, products))


def _between(world: World, start: int, end: int) -> Catalogue:
    """Returns what came to be after the first `start` products, until there were `end`."""
    made = range(collages_after(start) + 1, collages_after(end) + 1)
    return Catalogue(
        categories=categories(world) if start == 0 else (),
        products=tuple(product(world, i) for i in range(start + 1, end + 1)),
        users=tuple(user(world, i) for i in range(users_after(start) + 1, users_after(end) + 1)),
        collages=tuple(collage(world, i) for i in made),
        comments=tuple(comment(world, i) for i in range(comments_after(start) + 1, comments_after(end) + 1)),
        likes=tuple(like for i in made for like in likes(world, i)),
    )
