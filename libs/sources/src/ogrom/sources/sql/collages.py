"""SqlCollages: a CollageSource over SQL.

One statement reads collages with their placements, because it sees one state of the store: a collage read by two
could have the revision of one writer and the placements of the next. So a collage's own columns are repeated in each
row of its placements. Their times come as text, which the driver of MySQL makes in a fifth of the time of a datetime,
and become datetimes once a collage: docs/sources.md has the figures.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    String,
    bindparam,
    cast,
    delete,
    insert,
    select,
    update,
)

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict
from ogrom.protocols.keyset import AgeKey, Keyset
from ogrom.protocols.models import Collage, CollageDraft, Placement
from ogrom.protocols.outcomes import Outcome
from ogrom.protocols.pages import Page, PageRequest

from ..database.database import Database
from ..search.indexing import index_collage
from .outcomes import run_once
from .rows import AnyRow, AnySelect, Entity, Parts, Rows, after_age_key
from .tables import collages, placements

_NAME = "collages"
_KEYSET: Keyset[Collage, AgeKey] = Keyset(
    _NAME, AgeKey, lambda collage: AgeKey(collage.created_at, collage.id)
)
_PLACEMENT = Placement.__struct_fields__


def _placement_rows(collage: Collage) -> Rows:
    return placement_rows(collage.id, collage.locale, collage.placements)


def placement_rows(collage_id: int, locale: str, placed: Iterable[Placement]) -> Rows:
    """The rows of the placements of a collage."""
    whose = {"collage_id": collage_id, "locale": locale}
    return [
        {**whose, "position": position, **{name: getattr(placement, name) for name in _PLACEMENT}}
        for position, placement in enumerate(placed)
    ]


def _placements_of(rows: Sequence[AnyRow]) -> dict[str, Any]:
    placed = ({name: getattr(row, name) for name in _PLACEMENT} for row in rows)
    return {"placements": tuple(Placement(**each) for each in placed)}


COLLAGES = Entity(
    _NAME,
    Collage,
    collages,
    Parts(placements, "collage_id", _placement_rows, _placements_of),
)
_COLLAGE = COLLAGES.fields
_TIMES = ("created_at", "updated_at")


def _with_placements(source: FromClause) -> AnySelect:
    columns = (*(_read(source, name) for name in _COLLAGE), *(placements.c[name] for name in _PLACEMENT))
    same = (placements.c.collage_id == source.c.id) & (placements.c.locale == source.c.locale)
    return select(*columns).select_from(source).outerjoin(placements, same)


def _read(source: FromClause, name: str) -> ColumnElement[Any]:
    return cast(source.c[name], String) if name in _TIMES else source.c[name]


_BY_IDS = (
    _with_placements(collages)
    .where(
        collages.c.id.in_(bindparam("ids", expanding=True)),
        collages.c.locale == bindparam("locale"),
    )
    .order_by(collages.c.id, placements.c.position)
)


@cache
def _newest(*, of_author: bool, after: bool) -> AnySelect:
    """The statement that reads a page of collages, newest first, in full.

    Its parameters are `locale`, `wanted`, and where asked for `author_id`, `created_at` and `id`.
    """
    page = (
        select(*(collages.c[name] for name in _COLLAGE))
        .where(*_conditions(of_author=of_author, after=after))
        .order_by(collages.c.created_at.desc(), collages.c.id.desc())
        .limit(bindparam("wanted"))
        .subquery("page")
    )
    return _with_placements(page).order_by(page.c.created_at.desc(), page.c.id.desc(), placements.c.position)


def _conditions(*, of_author: bool, after: bool) -> Iterator[ColumnElement[bool]]:
    yield collages.c.locale == bindparam("locale")
    if of_author:
        yield collages.c.author_id == bindparam("author_id")
    if after:
        yield after_age_key(collages)


_AT_REVISION = (
    (collages.c.id == bindparam("this"))
    & (collages.c.locale == bindparam("market"))
    & (collages.c.revision == bindparam("at"))
)
_ADD = insert(collages)
_REPLACE = update(collages).where(_AT_REVISION).values(revision=collages.c.revision + 1)
_DELETE = delete(collages).where(_AT_REVISION)
_PLACE = insert(placements)
_CLEAR = delete(placements).where(
    placements.c.collage_id == bindparam("this"), placements.c.locale == bindparam("market")
)


@dataclass(frozen=True)
class SqlCollages:
    """Collages in the store behind `database`."""

    database: Database

    def collage_by_id(self, ctx: Context, collage_id: int) -> Collage | None:
        return self.collages_by_ids(ctx, (collage_id,)).get(collage_id)

    def collages_by_ids(self, ctx: Context, collage_ids: Collection[int]) -> Mapping[int, Collage]:
        parameters = {"locale": ctx.locale, "ids": list(collage_ids)}
        rows = self.database.read(_NAME, ctx, _BY_IDS, parameters)
        return {collage.id: collage for collage in _collages_in(rows)}

    def collages(self, ctx: Context, page: PageRequest, *, author_id: int | None = None) -> Page[Collage]:
        after = _KEYSET.after(page, ctx.locale, author_id)
        statement = _newest(of_author=author_id is not None, after=after is not None)
        parameters = {
            "locale": ctx.locale,
            "author_id": author_id,
            "wanted": page.limit + 1,
            "created_at": after and after.created_at,
            "id": after and after.id,
        }
        found = _collages_in(self.database.read(_NAME, ctx, statement, parameters))
        return _KEYSET.page(found, page, ctx.locale, author_id)

    def add_collage(self, ctx: Context, draft: CollageDraft) -> Collage:
        time = datetime.now(UTC)
        values = {"locale": ctx.locale, "revision": 1, "created_at": time, **_values(draft, time)}

        def add(connection: Connection) -> Outcome:
            key = connection.execute(_ADD, values).inserted_primary_key
            assert key is not None
            index_collage(connection, ctx.locale, key[0], draft.title, new=True)
            return Outcome(collage=_place(connection, ctx, key[0], draft))

        return _written(run_once(self.database, _NAME, ctx, add))

    def replace_collage(
        self, ctx: Context, collage_id: int, draft: CollageDraft, *, revision: int
    ) -> Collage:
        this = _this(ctx, collage_id, revision)

        def replace(connection: Connection) -> Outcome:
            # First of all, because it locks the row: a second writer waits here and then finds no match.
            values = _values(draft, datetime.now(UTC))
            _require_one(connection.execute(_REPLACE, {**this, **values}).rowcount, this)
            connection.execute(_CLEAR, this)
            index_collage(connection, ctx.locale, collage_id, draft.title)
            return Outcome(collage=_place(connection, ctx, collage_id, draft))

        return _written(run_once(self.database, _NAME, ctx, replace))

    def delete_collage(self, ctx: Context, collage_id: int, *, revision: int) -> None:
        this = _this(ctx, collage_id, revision)

        def remove(connection: Connection) -> Outcome:
            # Placements, comments, likes and what it is found by go with it: ON DELETE CASCADE.
            _require_one(connection.execute(_DELETE, this).rowcount, this)
            return Outcome()

        run_once(self.database, _NAME, ctx, remove)


def _written(outcome: Outcome) -> Collage:
    assert outcome.collage is not None, "an equal fingerprint is of an equal write"
    return outcome.collage


def _place(connection: Connection, ctx: Context, collage_id: int, draft: CollageDraft) -> Collage:
    """Store the placements and give back the collage as it is stored now."""
    rows = placement_rows(collage_id, ctx.locale, draft.placements)
    connection.execute(_PLACE, rows)
    stored = connection.execute(_BY_IDS, {"locale": ctx.locale, "ids": [collage_id]})
    (collage,) = _collages_in(stored)
    return collage


def _values(draft: CollageDraft, time: datetime) -> dict[str, Any]:
    return {
        "author_id": draft.author_id,
        "title": draft.title,
        "updated_at": time,
    }


def _this(ctx: Context, collage_id: int, revision: int) -> dict[str, Any]:
    return {"this": collage_id, "market": ctx.locale, "at": revision}


def _require_one(count: int, this: Mapping[str, Any]) -> None:
    if count != 1:
        raise Conflict(_NAME, f"collage {this['this']} is not at revision {this['at']}")


def _collages_in(rows: Iterable[Sequence[Any]]) -> list[Collage]:
    """The collages in rows that stand together for each collage, in the order of its placements."""
    return [_collage(group) for _, group in groupby(rows, key=itemgetter(0))]


def _collage(group: Iterator[Sequence[Any]]) -> Collage:
    first, *others = group
    fields = dict(zip(_COLLAGE, first, strict=False))
    fields |= {name: datetime.fromisoformat(fields[name]).replace(tzinfo=UTC) for name in _TIMES}
    return Collage(placements=tuple(_placements((first, *others))), **fields)


def _placements(rows: Iterable[Sequence[Any]]) -> Iterator[Placement]:
    for row in rows:
        product_id, x, y, width, height, rotation, z = row[len(_COLLAGE) :]
        # The outer join gives an empty row to a collage without placements.
        if product_id is not None:
            yield Placement(
                product_id=product_id, x=x, y=y, width=width, height=height, rotation=rotation, z=z
            )
