"""SqlSources: every source over one SQL store."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from ..database.database import Database
from ..search.source import SqlSearch
from .categories import SqlCategories
from .collages import SqlCollages
from .comments import SqlComments
from .likes import SqlLikes
from .outcomes import SqlOutcomes
from .products import SqlProducts
from .users import SqlUsers

__all__ = ["SqlSources"]


@dataclass(frozen=True)
class SqlSources:
    """One source a protocol; `SqlSources.over(engine)` makes them all."""

    products: SqlProducts
    categories: SqlCategories
    users: SqlUsers
    collages: SqlCollages
    comments: SqlComments
    likes: SqlLikes
    search: SqlSearch
    outcomes: SqlOutcomes

    @classmethod
    def over(cls, engine: Engine, reader: Engine | None = None) -> Self:
        """The sources over a store.

        Args:
            engine: made by `database_engine`, its tables brought up to date by `migrate`.
            reader: of a replica that answers what need not be the newest; None where `engine` does.
        """
        return cls.on(Database.over(engine, reader))

    @classmethod
    def on(cls, database: Database) -> Self:
        """The sources over a store that says itself where calls go."""
        return cls(
            products=SqlProducts(database),
            categories=SqlCategories(database),
            users=SqlUsers(database),
            collages=SqlCollages(database),
            comments=SqlComments(database),
            likes=SqlLikes(database),
            search=SqlSearch(database),
            outcomes=SqlOutcomes(database),
        )
