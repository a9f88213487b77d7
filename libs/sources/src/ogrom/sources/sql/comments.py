"""SqlComments: a CommentSource over SQL."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from ogrom.protocols.context import Context
from ogrom.protocols.keyset import AgeKey, Keyset
from ogrom.protocols.models import Comment, CommentDraft
from ogrom.protocols.outcomes import Outcome
from ogrom.protocols.pages import Page, PageRequest

from ..database.database import Database
from .outcomes import run_once
from .rows import AnySelect, Entity, after_age_key
from .tables import comments

_NAME = "comments"
_KEYSET: Keyset[Comment, AgeKey] = Keyset(
    _NAME, AgeKey, lambda comment: AgeKey(comment.created_at, comment.id)
)

COMMENTS = Entity(_NAME, Comment, comments)

_COMMENTS = select(*COMMENTS.columns).where(comments.c.locale == bindparam("locale"))
_BY_IDS = _COMMENTS.where(comments.c.id.in_(bindparam("ids", expanding=True)))
_ADD = insert(comments)
_DELETE = delete(comments).where(comments.c.id == bindparam("id"), comments.c.locale == bindparam("locale"))


@cache
def _newest(*, of_collage: bool, after: bool) -> AnySelect:
    statement = _COMMENTS
    if of_collage:
        statement = statement.where(comments.c.collage_id == bindparam("collage_id"))
    if after:
        statement = statement.where(after_age_key(comments))
    newest_first = (comments.c.created_at.desc(), comments.c.id.desc())
    return statement.order_by(*newest_first).limit(bindparam("wanted"))


@dataclass(frozen=True)
class SqlComments:
    """Comments in the store behind `database`."""

    database: Database

    def comment_by_id(self, ctx: Context, comment_id: int) -> Comment | None:
        return self.comments_by_ids(ctx, (comment_id,)).get(comment_id)

    def comments_by_ids(self, ctx: Context, comment_ids: Collection[int]) -> Mapping[int, Comment]:
        """The comments that exist among these ids, by id; merged reads use it."""
        parameters = {"locale": ctx.locale, "ids": list(comment_ids)}
        rows = self.database.read(_NAME, ctx, _BY_IDS, parameters)
        return {row[0]: COMMENTS.from_row(row) for row in rows}

    def comments(self, ctx: Context, page: PageRequest, *, collage_id: int | None = None) -> Page[Comment]:
        after = _KEYSET.after(page, ctx.locale, collage_id)
        statement = _newest(of_collage=collage_id is not None, after=after is not None)
        parameters = {
            "locale": ctx.locale,
            "collage_id": collage_id,
            "wanted": page.limit + 1,
            "created_at": after and after.created_at,
            "id": after and after.id,
        }
        rows = self.database.read(_NAME, ctx, statement, parameters)
        return _KEYSET.page([COMMENTS.from_row(row) for row in rows], page, ctx.locale, collage_id)

    def add_comment(self, ctx: Context, collage_id: int, draft: CommentDraft) -> Comment:
        values: dict[str, Any] = {
            # The foreign key holds the locale too: a collage of another market is none.
            "locale": ctx.locale,
            "collage_id": collage_id,
            "author_id": draft.author_id,
            "text": draft.text,
            "created_at": datetime.now(UTC),
        }

        def add(connection: Connection) -> Outcome:
            key = connection.execute(_ADD, values).inserted_primary_key
            assert key is not None
            return Outcome(comment=Comment(id=key[0], **values))

        comment = run_once(self.database, _NAME, ctx, add).comment
        assert comment is not None, "an equal fingerprint is of an equal write"
        return comment

    def delete_comment(self, ctx: Context, comment_id: int) -> bool:
        parameters = {"locale": ctx.locale, "id": comment_id}

        def remove(connection: Connection) -> Outcome:
            return Outcome(changed=connection.execute(_DELETE, parameters).rowcount == 1)

        return run_once(self.database, _NAME, ctx, remove).changed
