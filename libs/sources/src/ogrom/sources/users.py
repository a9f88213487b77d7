"""SqlUsers: a UserSource over SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from ogrom.protocols.context import Context
from ogrom.protocols.models import User

from .databases import Database
from .tables import users

_NAME = "users"

_BY_IDS = select(users.c.id, users.c.name, users.c.avatar_url, users.c.revision, users.c.created_at).where(
    users.c.id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True)
class SqlUsers:
    """Users in the store behind `database`."""

    database: Database

    def user_by_id(self, ctx: Context, user_id: int) -> User | None:
        return self.users_by_ids(ctx, (user_id,)).get(user_id)

    def users_by_ids(self, ctx: Context, user_ids: Collection[int]) -> Mapping[int, User]:
        rows = self.database.read(_NAME, ctx, _BY_IDS, {"ids": list(user_ids)})
        return {row[0]: _user(row) for row in rows}


def _user(row: Sequence[Any]) -> User:
    id, name, avatar_url, revision, created_at = row
    return User(id=id, name=name, avatar_url=avatar_url, revision=revision, created_at=created_at)
