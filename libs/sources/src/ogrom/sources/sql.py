"""SqlSources: every source over one SQL store."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from .categories import SqlCategories
from .collages import SqlCollages
from .comments import SqlComments
from .likes import SqlLikes
from .products import SqlProducts
from .search import SqlSearch
from .users import SqlUsers


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

    @classmethod
    def over(cls, engine: Engine) -> Self:
        """The sources over a store.

        Args:
            engine: made by `database_engine`, its tables brought up to date by `migrate`.
        """
        return cls(
            products=SqlProducts(engine),
            categories=SqlCategories(engine),
            users=SqlUsers(engine),
            collages=SqlCollages(engine),
            comments=SqlComments(engine),
            likes=SqlLikes(engine),
            search=SqlSearch(engine),
        )
