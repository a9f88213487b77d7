"""SqlLikes: a LikeSource over SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from ogrom.protocols.catalogue import Like
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict
from ogrom.protocols.outcomes import Outcome

from ..database.database import Database
from .outcomes import run_once
from .rows import Entity
from .tables import collages, likes

_NAME = "likes"
LIKES = Entity(_NAME, Like, likes)

# No write has a subselect: within the statement that makes MariaDB 11.6 and newer refuse, with error 1020,
# rows that another thread has just stored (innodb_snapshot_isolation).
_COLLAGE = select(collages.c.id).where(
    collages.c.id == bindparam("collage_id"), collages.c.locale == bindparam("locale")
)
_THIS = (likes.c.collage_id == bindparam("collage")) & (likes.c.user_id == bindparam("user"))
_COUNT = select(func.count()).select_from(likes).where(likes.c.collage_id.in_(_COLLAGE))
_IS_LIKED = select(likes.c.user_id).where(_THIS)
_LIKE = insert(likes).values(collage_id=bindparam("collage"), user_id=bindparam("user"))
_UNLIKE = delete(likes).where(_THIS)


@dataclass(frozen=True)
class SqlLikes:
    """Likes in the store behind `database`."""

    database: Database

    def likes(self, ctx: Context, collage_id: int) -> int:
        ((count,),) = self.database.read(_NAME, ctx, _COUNT, _key(ctx, collage_id))
        return int(count)

    def like(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        this = {"collage": collage_id, "user": user_id}

        def add(connection: Connection) -> Outcome:
            if connection.execute(_COLLAGE, _key(ctx, collage_id)).first() is None:
                raise Conflict(_NAME, f"collage {collage_id} does not exist in {ctx.locale}")
            try:
                connection.execute(_LIKE, this)
            except IntegrityError:
                # Either the like is there already, which is fine, or there is no such user.
                if connection.execute(_IS_LIKED, this).first() is None:
                    raise
                return Outcome(changed=False)
            return Outcome()

        return run_once(self.database, _NAME, ctx, add).changed

    def unlike(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        this = {"collage": collage_id, "user": user_id}

        def remove(connection: Connection) -> Outcome:
            if connection.execute(_COLLAGE, _key(ctx, collage_id)).first() is None:
                return Outcome(changed=False)
            return Outcome(changed=connection.execute(_UNLIKE, this).rowcount == 1)

        return run_once(self.database, _NAME, ctx, remove).changed


def _key(ctx: Context, collage_id: int) -> dict[str, Any]:
    return {"locale": ctx.locale, "collage_id": collage_id}
