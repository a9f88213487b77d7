"""SqlCollages: a CollageSource over SQL."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict
from ogrom.protocols.keyset import AgeKey, Keyset
from ogrom.protocols.models import Collage, CollageDraft
from ogrom.protocols.pages import Page, PageRequest

from .collage_rows import BY_IDS, collages_in, newest, placement_rows
from .databases import Database
from .indexing import index_collage
from .searching import searchable
from .tables import collages, placements

_NAME = "collages"
_KEYSET: Keyset[Collage, AgeKey] = Keyset(
    _NAME, AgeKey, lambda collage: AgeKey(collage.created_at, collage.id)
)

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
        rows = self.database.read(_NAME, ctx, BY_IDS, parameters)
        return {collage.id: collage for collage in collages_in(rows)}

    def collages(self, ctx: Context, page: PageRequest, *, author_id: int | None = None) -> Page[Collage]:
        after = _KEYSET.after(page, ctx.locale, author_id)
        statement = newest(of_author=author_id is not None, after=after is not None)
        parameters = {
            "locale": ctx.locale,
            "author_id": author_id,
            "wanted": page.limit + 1,
            "created_at": after and after.created_at,
            "id": after and after.id,
        }
        found = collages_in(self.database.read(_NAME, ctx, statement, parameters))
        return _KEYSET.page(found, page, ctx.locale, author_id)

    def add_collage(self, ctx: Context, draft: CollageDraft) -> Collage:
        time = datetime.now(UTC)
        values = {"locale": ctx.locale, "revision": 1, "created_at": time, **_values(draft, time)}

        def add(connection: Connection) -> Collage:
            key = connection.execute(_ADD, values).inserted_primary_key
            assert key is not None
            index_collage(connection, ctx.locale, key[0], draft.title, new=True)
            return _place(connection, ctx, key[0], draft)

        return self.database.written(_NAME, ctx, add)

    def replace_collage(
        self, ctx: Context, collage_id: int, draft: CollageDraft, *, revision: int
    ) -> Collage:
        this = _this(ctx, collage_id, revision)

        def replace(connection: Connection) -> Collage:
            # First of all, because it locks the row: a second writer waits here and then finds no match.
            values = _values(draft, datetime.now(UTC))
            _require_one(connection.execute(_REPLACE, {**this, **values}).rowcount, this)
            connection.execute(_CLEAR, this)
            index_collage(connection, ctx.locale, collage_id, draft.title)
            return _place(connection, ctx, collage_id, draft)

        return self.database.written(_NAME, ctx, replace)

    def delete_collage(self, ctx: Context, collage_id: int, *, revision: int) -> None:
        this = _this(ctx, collage_id, revision)

        def remove(connection: Connection) -> None:
            # Placements, comments, likes and what it is found by go with it: ON DELETE CASCADE.
            _require_one(connection.execute(_DELETE, this).rowcount, this)

        self.database.written(_NAME, ctx, remove)


def _place(connection: Connection, ctx: Context, collage_id: int, draft: CollageDraft) -> Collage:
    """Store the placements and give back the collage as it is stored now."""
    rows = placement_rows(collage_id, ctx.locale, draft.placements)
    connection.execute(_PLACE, rows)
    stored = connection.execute(BY_IDS, {"locale": ctx.locale, "ids": [collage_id]})
    (collage,) = collages_in(stored)
    return collage


def _values(draft: CollageDraft, time: datetime) -> dict[str, Any]:
    return {
        "author_id": draft.author_id,
        "title": draft.title,
        "words": searchable(draft.title),
        "updated_at": time,
    }


def _this(ctx: Context, collage_id: int, revision: int) -> dict[str, Any]:
    return {"this": collage_id, "market": ctx.locale, "at": revision}


def _require_one(count: int, this: Mapping[str, Any]) -> None:
    if count != 1:
        raise Conflict(_NAME, f"collage {this['this']} is not at revision {this['at']}")
