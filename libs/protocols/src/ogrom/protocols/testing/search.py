"""In memory: search."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from ..context import Context
from ..keyset import Keyset
from ..models import Hit, Id
from ..pages import Page, PageRequest
from ..words import words
from .store import Store

# Products come first, then collages.
_RANKS = {"product": 0, "collage": 1}


class _HitKey(msgspec.Struct, frozen=True, order=True, array_like=True):
    rank: int
    id: Id


_HITS: Keyset[Hit, _HitKey] = Keyset("search", _HitKey, lambda hit: _HitKey(_RANKS[hit.kind], hit.id))


@dataclass(frozen=True)
class MemorySearch:
    """A SearchSource."""

    store: Store

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        wanted = words(query)
        scope = (ctx.locale, wanted)
        after = _HITS.after(page, *scope)
        with self.store.opened("search", ctx) as store:
            hits = [hit for hit, text in _texts(store, ctx.locale) if _fits(wanted, text)]
        found = [hit for hit in sorted(hits, key=_HITS.key_of) if after is None or _HITS.key_of(hit) > after]
        return _HITS.page(found, page, *scope)


def _texts(store: Store, locale: str) -> Iterator[tuple[Hit, str]]:
    for product in store.products.values():
        if locale in product.offers:
            title = product.offers[locale].title
            yield Hit(kind="product", id=product.id, title=title), f"{title} {product.brand}"
    for collage in store.collages.values():
        if collage.locale == locale:
            yield Hit(kind="collage", id=collage.id, title=collage.title), collage.title


def _fits(wanted: tuple[str, ...], text: str) -> bool:
    has = words(text)
    return bool(wanted) and all(any(word.startswith(want) for word in has) for want in wanted)
