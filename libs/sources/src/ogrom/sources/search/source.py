"""SqlSearch: a SearchSource over the full text index of MySQL, MariaDB or SQLite."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import msgspec
from sqlalchemy import (
    ColumnElement,
    bindparam,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)

from ogrom.protocols.context import Context
from ogrom.protocols.keyset import Keyset
from ogrom.protocols.models import Hit, Id, Money
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.words import spellings, words_wanted

from ..database.database import Database
from ..sql.rows import AnySelect
from ..sql.tables import offers, placements, products, texts
from .tokens import Spellings, alternatives, levels

_NAME = "search"

# Of two hits of one rank the product comes first, then the lower id.
_KINDS = ("product", "collage")


class _HitKey(msgspec.Struct, frozen=True, array_like=True):
    rank: int
    kind: int
    id: Id


_Ranked = tuple[_HitKey, Hit]

_KEYSET: Keyset[_Ranked, _HitKey] = Keyset(_NAME, _HitKey, lambda ranked: ranked[0])

_FTS5 = table("texts_fts", column("rowid"))


@dataclass(frozen=True)
class SqlSearch:
    """Search in the store behind `database`, by its full text index; one statement a call."""

    database: Database

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        words = words_wanted(query)
        after = _KEYSET.after(page, ctx.locale, words)
        if not words:
            return Page(items=())
        wanted = [spellings(word) for word in words]
        dialect = self.database.reader.dialect.name
        parameters = {
            "locale": ctx.locale,
            "match": _match(dialect, ctx.locale, wanted),
            **levels(wanted),
            "after_rank": after and after.rank,
            "after_kind": after and after.kind,
            "after_id": after and after.id,
            "wanted": page.limit + 1,
        }
        statement = _statement(dialect, len(wanted), after=after is not None)
        rows = self.database.read(_NAME, ctx, statement, parameters)
        shown = _KEYSET.page([_ranked(*row) for row in rows], page, ctx.locale, words)
        return Page(items=tuple(hit for _, hit in shown.items), next_cursor=shown.next_cursor)


def _ranked(
    rank: int,
    kind: int,
    id: int,
    title: str,
    brand: str | None,
    amount: int | None,
    currency: str | None,
    image_url: str | None,
) -> _Ranked:
    price = None if amount is None or currency is None else Money(amount=amount, currency=currency)
    hit = Hit(kind=_KINDS[kind], id=id, title=title, brand=brand, price=price, image_url=image_url)
    return _HitKey(rank, kind, id), hit


@cache
def _statement(dialect: str, words: int, *, after: bool) -> AnySelect:
    found = (
        select(
            _rank(words).label("rank_"),
            case((texts.c.collage_id.is_(None), 0), else_=1).label("kind"),
            func.coalesce(texts.c.product_id, texts.c.collage_id).label("id"),
            texts.c.title,
        )
        .where(_matches(dialect))
        .subquery("found")
    )
    rank, kind, id, _ = found.c
    statement = select(found).order_by(rank, kind, id).limit(bindparam("wanted"))
    if not after:
        return _with_what_is_shown(statement)
    same_rank = rank == bindparam("after_rank")
    same_kind = same_rank & (kind == bindparam("after_kind"))
    return _with_what_is_shown(
        statement.where(
            (rank > bindparam("after_rank"))
            | (same_rank & (kind > bindparam("after_kind")))
            | (same_kind & (id > bindparam("after_id")))
        )
    )


def _with_what_is_shown(hits: AnySelect) -> AnySelect:
    """The hits with brand, price and picture, which are read for those of the page alone."""
    page = hits.subquery("page")
    rank, kind, id, title = page.c
    offered = (kind == 0) & (offers.c.locale == bindparam("locale")) & (offers.c.product_id == id)
    placed_first = (
        (kind == 1)
        & (placements.c.collage_id == id)
        & (placements.c.locale == bindparam("locale"))
        & (placements.c.position == 0)
    )
    shown = products.c.id == func.coalesce(offers.c.product_id, placements.c.product_id)
    brand = case((kind == 0, products.c.brand), else_=None)
    return (
        select(rank, kind, id, title, brand, offers.c.amount, offers.c.currency, products.c.image_url)
        .select_from(page)
        .outerjoin(offers, offered)
        .outerjoin(placements, placed_first)
        .outerjoin(products, shown)
        .order_by(rank, kind, id)
    )


def _rank(words: int) -> ColumnElement[int]:
    """The sum over the words: 0 for a word of the title, 1 for the beginning of one, 2 for what is elsewhere."""
    rank: ColumnElement[int] = literal(0, literal_execute=True)
    for number in range(words):
        rank = rank + case((_like("whole", number), 0), (_like("begins", number), 1), else_=2)
    return rank


def _like(pattern: str, number: int) -> ColumnElement[bool]:
    return or_(*(texts.c.title_words.like(bindparam(f"{pattern}_{number}_{way}")) for way in range(2)))


def _matches(dialect: str) -> ColumnElement[bool]:
    locale: ColumnElement[str] = texts.c.locale
    if dialect == "sqlite":
        matches = texts.c.id.in_(select(_FTS5.c.rowid).where(text("texts_fts MATCH :match")))
        # The sign keeps SQLite from reading the whole market by the index on its locale.
        locale = literal_column("+texts.locale", texts.c.locale.type)
    else:
        matches = literal_column("MATCH (texts.tokens)").bool_op("AGAINST")(text("(:match IN BOOLEAN MODE)"))
    return matches & (locale == bindparam("locale"))


def _match(dialect: str, locale: str, wanted: Iterable[Spellings]) -> str:
    """A text has one of the alternatives of every word, in the words of either index."""
    every = [alternatives(locale, spelled) for spelled in wanted]
    if dialect == "sqlite":
        return " AND ".join("(" + " OR ".join(f'"{token}"*' for token in each) + ")" for each in every)
    return " ".join("+(" + " ".join(f"{token}*" for token in each) + ")" for each in every)
