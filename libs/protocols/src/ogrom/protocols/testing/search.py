"""Search in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from ..catalogue import Offer, ProductRecord
from ..context import Context
from ..keyset import Keyset
from ..models import Collage, Hit, Id
from ..pages import Page, PageRequest
from ..words import MIN_PART_LENGTH, beginning, parts, spellings, words, words_wanted
from .store import Store

# Of two hits of one rank the product comes first, then the lower id.
_KINDS = ("product", "collage")


class _HitKey(msgspec.Struct, frozen=True, order=True, array_like=True):
    rank: int
    kind: int
    id: Id


_Ranked = tuple[_HitKey, Hit]

_HITS: Keyset[_Ranked, _HitKey] = Keyset("search", _HitKey, lambda ranked: ranked[0])


@dataclass(frozen=True)
class MemorySearch:
    """A SearchSource."""

    store: Store

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        wanted = words_wanted(query)
        scope = (ctx.locale, wanted)
        after = _HITS.after(page, *scope)
        with self.store.opened("search", ctx) as store:
            ranked = list(_ranked(store, ctx.locale, wanted)) if wanted else []
        found = sorted((hit for hit in ranked if after is None or hit[0] > after), key=_HITS.key_of)
        shown = _HITS.page(found, page, *scope)
        return Page(items=tuple(hit for _, hit in shown.items), next_cursor=shown.next_cursor)


def _ranked(store: Store, locale: str, wanted: tuple[str, ...]) -> Iterator[_Ranked]:
    for hit, rest in _texts(store, locale):
        title, others = _spelled(hit.title), _spelled(rest)
        ranks = [_rank(spellings(word), title, others) for word in wanted]
        known = [rank for rank in ranks if rank is not None]
        if len(known) == len(ranks):
            yield _HitKey(sum(known), _KINDS.index(hit.kind), hit.id), hit


def _texts(store: Store, locale: str) -> Iterator[tuple[Hit, str]]:
    """Every hit there can be, and what it is found by beside its title."""
    for product in store.products.values():
        if locale in product.offers:
            category = store.categories[product.category_id].names.get(locale, "")
            yield _product(product, product.offers[locale]), f"{product.brand} {category}"
    for collage in store.collages.values():
        if collage.locale == locale:
            yield _collage(collage, store.products), ""


def _product(product: ProductRecord, offer: Offer) -> Hit:
    return Hit(
        kind="product",
        id=product.id,
        title=offer.title,
        brand=product.brand,
        price=offer.price,
        image_url=product.image_url,
    )


def _collage(collage: Collage, products: Mapping[int, ProductRecord]) -> Hit:
    pictures = (products[placed.product_id].image_url for placed in collage.placements)
    return Hit(kind="collage", id=collage.id, title=collage.title, image_url=next(pictures, None))


def _rank(wanted: tuple[str, ...], title: set[str], others: set[str]) -> int | None:
    """0 for a word of the title, 1 for the beginning of one, 2 for what is found elsewhere."""
    if not title.isdisjoint(wanted):
        return 0
    if any(word.startswith(wanted) for word in title):
        return 1
    return 2 if any(_finds(want, word) for want in wanted for word in title | others) else None


def _finds(want: str, word: str) -> bool:
    ends = (word, *parts(word)) if len(want) >= MIN_PART_LENGTH else (word,)
    return any(beginning(end).startswith(beginning(want)) for end in ends)


def _spelled(text: str) -> set[str]:
    return {spelling for word in words(text) for spelling in spellings(word)}
