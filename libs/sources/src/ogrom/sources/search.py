"""SqlSearch: a SearchSource over plain SQL."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, bindparam, literal, select, union_all

from ogrom.protocols.context import Context
from ogrom.protocols.keyset import Keyset
from ogrom.protocols.models import Hit, Id
from ogrom.protocols.pages import Page, PageRequest

from .calls import AnySelect
from .databases import Database
from .searching import MOST_WORDS, patterns
from .tables import collages, offers

_NAME = "search"
_LAST_ID = 2**63 - 1

# Products come first, then collages.
_KINDS = ("product", "collage")


class _HitKey(msgspec.Struct, frozen=True, array_like=True):
    kind: int
    id: Id


_KEYSET: Keyset[Hit, _HitKey] = Keyset(_NAME, _HitKey, lambda hit: _HitKey(_KINDS.index(hit.kind), hit.id))


@cache
def _statement(words: int) -> AnySelect:
    products_found = _found(0, offers.c.product_id, offers, words)
    collages_found = _found(1, collages.c.id, collages, words)
    hits = union_all(select(products_found), select(collages_found)).subquery("hits")
    return select(hits).order_by(hits.c.kind, hits.c.id).limit(bindparam("wanted"))


def _found(kind: int, id: ColumnElement[int], table: Any, words: int) -> Any:
    # Each half is limited by itself, so that neither is read to its end.
    return (
        select(literal(kind, literal_execute=True).label("kind"), id.label("id"), table.c.title)
        .where(table.c.locale == bindparam("locale"), id > bindparam(f"after_{_KINDS[kind]}"))
        .where(*(table.c.words.like(bindparam(f"word_{number}")) for number in range(words)))
        .order_by(id)
        .limit(bindparam("wanted"))
        .subquery(_KINDS[kind])
    )


@dataclass(frozen=True)
class SqlSearch:
    """Search in the store behind `database`: a scan over the market's titles and brands."""

    database: Database

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        wanted = patterns(query)
        after = _KEYSET.after(page, ctx.locale, wanted)
        parameters = {
            "locale": ctx.locale,
            "wanted": page.limit + 1,
            **_after(after),
            **{f"word_{number}": pattern for number, pattern in enumerate(wanted)},
        }
        with self.database.reading(_NAME, ctx) as connection:
            if not 0 < len(wanted) <= MOST_WORDS:
                return Page(items=())
            rows = connection.execute(_statement(len(wanted)), parameters).all()
        hits = [Hit(kind=_KINDS[kind], id=id, title=title) for kind, id, title in rows]
        return _KEYSET.page(hits, page, ctx.locale, wanted)


def _after(key: _HitKey | None) -> dict[str, int]:
    """From which id on products and collages are wanted."""
    if key is None:
        return {"after_product": 0, "after_collage": 0}
    if key.kind == 0:
        return {"after_product": key.id, "after_collage": 0}
    return {"after_product": _LAST_ID, "after_collage": key.id}
