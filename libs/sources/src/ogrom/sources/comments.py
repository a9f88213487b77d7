"""SqlComments: a CommentSource over SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from ogrom.protocols.context import Context
from ogrom.protocols.keyset import AgeKey, Keyset
from ogrom.protocols.models import Comment, CommentDraft
from ogrom.protocols.pages import Page, PageRequest

from .calls import AnySelect
from .collage_rows import older
from .databases import Database
from .tables import comments

_NAME = "comments"
_KEYSET: Keyset[Comment, AgeKey] = Keyset(
    _NAME, AgeKey, lambda comment: AgeKey(comment.created_at, comment.id)
)

_COMMENTS = select(
    comments.c.id,
    comments.c.locale,
    comments.c.collage_id,
    comments.c.author_id,
    comments.c.text,
    comments.c.created_at,
).where(comments.c.locale == bindparam("locale"))
_BY_IDS = _COMMENTS.where(comments.c.id.in_(bindparam("ids", expanding=True)))
_ADD = insert(comments)
_DELETE = delete(comments).where(comments.c.id == bindparam("id"), comments.c.locale == bindparam("locale"))


@cache
def _newest(*, of_collage: bool, after: bool) -> AnySelect:
    statement = _COMMENTS
    if of_collage:
        statement = statement.where(comments.c.collage_id == bindparam("collage_id"))
    if after:
        statement = statement.where(older(comments))
    newest_first = (comments.c.created_at.desc(), comments.c.id.desc())
    return statement.order_by(*newest_first).limit(bindparam("wanted"))


@dataclass(frozen=True)
class SqlComments:
    """Comments in the store behind `database`."""

    database: Database

    def comment_by_id(self, ctx: Context, comment_id: int) -> Comment | None:
        return self.comments_by_ids(ctx, (comment_id,)).get(comment_id)

    def comments_by_ids(self, ctx: Context, comment_ids: Collection[int]) -> Mapping[int, Comment]:
        """Those of the comments that there are, by their ids; for reads that are merged."""
        parameters = {"locale": ctx.locale, "ids": list(comment_ids)}
        rows = self.database.read(_NAME, ctx, _BY_IDS, parameters)
        return {row[0]: _comment(row) for row in rows}

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
        return _KEYSET.page([_comment(row) for row in rows], page, ctx.locale, collage_id)

    def add_comment(self, ctx: Context, collage_id: int, draft: CommentDraft) -> Comment:
        values: dict[str, Any] = {
            # The foreign key holds the locale too: a collage of another market is none.
            "locale": ctx.locale,
            "collage_id": collage_id,
            "author_id": draft.author_id,
            "text": draft.text,
            "created_at": datetime.now(UTC),
        }
        added = self.database.written(_NAME, ctx, lambda connection: connection.execute(_ADD, values))
        key = added.inserted_primary_key
        assert key is not None
        return Comment(id=key[0], **values)

    def delete_comment(self, ctx: Context, comment_id: int) -> bool:
        parameters = {"locale": ctx.locale, "id": comment_id}
        deleted = self.database.written(
            _NAME, ctx, lambda connection: connection.execute(_DELETE, parameters)
        )
        return deleted.rowcount == 1


def _comment(row: Sequence[Any]) -> Comment:
    id, locale, collage_id, author_id, text, created_at = row
    return Comment(
        id=id, locale=locale, collage_id=collage_id, author_id=author_id, text=text, created_at=created_at
    )
