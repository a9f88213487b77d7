"""SqlCategories: a CategorySource over SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from ogrom.protocols.catalogue import CategoryRecord
from ogrom.protocols.context import Context
from ogrom.protocols.models import Category

from ..database.database import Database
from .rows import AnyRow, Entity, Parts, Rows
from .tables import categories, category_names

__all__ = ["CATEGORIES", "SqlCategories"]

_NAME = "categories"


def _name_rows(record: CategoryRecord) -> Rows:
    return [
        {"locale": locale, "category_id": record.id, "name": name} for locale, name in record.names.items()
    ]


def _names(rows: Sequence[AnyRow]) -> dict[str, Any]:
    return {"names": {row.locale: row.name for row in rows}}


CATEGORIES = Entity(
    _NAME, CategoryRecord, categories, Parts(category_names, "category_id", _name_rows, _names)
)

_TREE = (
    select(
        categories.c.id,
        categories.c.parent_id,
        category_names.c.name,
        categories.c.revision,
        categories.c.updated_at,
    )
    .join(category_names, category_names.c.category_id == categories.c.id)
    .where(category_names.c.locale == bindparam("locale"))
    .order_by(categories.c.id)
)

_BY_ID = _TREE.where(categories.c.id == bindparam("id"))


@dataclass(frozen=True)
class SqlCategories:
    """The category tree in the store behind `database`."""

    database: Database

    def category_by_id(self, ctx: Context, category_id: int) -> Category | None:
        parameters = {"locale": ctx.locale, "id": category_id}
        rows = self.database.read(_NAME, ctx, _BY_ID, parameters)
        return _category(rows[0]) if rows else None

    def categories(self, ctx: Context) -> tuple[Category, ...]:
        return tuple(map(_category, self.database.read(_NAME, ctx, _TREE, {"locale": ctx.locale})))


def _category(row: Sequence[Any]) -> Category:
    id, parent_id, name, revision, updated_at = row
    return Category(id=id, parent_id=parent_id, name=name, revision=revision, updated_at=updated_at)
