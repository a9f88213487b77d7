"""SqlUsers: a UserSource over SQL."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from ogrom.protocols.context import Context
from ogrom.protocols.models import User

from ..database.database import Database
from .rows import Entity
from .tables import users

_NAME = "users"
USERS = Entity(_NAME, User, users)

_BY_IDS = select(*USERS.columns).where(users.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class SqlUsers:
    """Users in the store behind `database`."""

    database: Database

    def user_by_id(self, ctx: Context, user_id: int) -> User | None:
        return self.users_by_ids(ctx, (user_id,)).get(user_id)

    def users_by_ids(self, ctx: Context, user_ids: Collection[int]) -> Mapping[int, User]:
        rows = self.database.read(_NAME, ctx, _BY_IDS, {"ids": list(user_ids)})
        return {row[0]: USERS.from_row(row) for row in rows}
