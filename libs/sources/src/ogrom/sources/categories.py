"""SqlCategories: a CategorySource over SQL."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from ogrom.protocols.context import Context
from ogrom.protocols.models import Category

from .databases import Database
from .tables import categories, category_names

_NAME = "categories"

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
        with self.database.reading(_NAME, ctx) as connection:
            row = connection.execute(_BY_ID, parameters).mappings().first()
        return None if row is None else Category(**row)

    def categories(self, ctx: Context) -> tuple[Category, ...]:
        with self.database.reading(_NAME, ctx) as connection:
            rows = connection.execute(_TREE, {"locale": ctx.locale}).mappings().all()
        return tuple(Category(**row) for row in rows)
