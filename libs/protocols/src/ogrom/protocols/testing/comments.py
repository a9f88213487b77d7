"""Comments and likes in memory."""

from dataclasses import dataclass

from msgspec.structs import asdict

from ..context import Context
from ..keyset import AgeKey, Keyset
from ..models import Comment, CommentDraft
from ..pages import Page, PageRequest
from .outcomes import once
from .store import Store, newest_first, now

_COMMENTS: Keyset[Comment, AgeKey] = Keyset(
    "comments", AgeKey, lambda comment: AgeKey(comment.created_at, comment.id)
)


@dataclass(frozen=True)
class MemoryComments:
    """A CommentSource."""

    store: Store

    def comment_by_id(self, ctx: Context, comment_id: int) -> Comment | None:
        with self.store.opened("comments", ctx) as store:
            return _comment(store, ctx.locale, comment_id)

    def comments(self, ctx: Context, page: PageRequest, *, collage_id: int | None = None) -> Page[Comment]:
        with self.store.opened("comments", ctx) as store:
            found = [
                comment
                for comment in store.comments.values()
                if comment.locale == ctx.locale and collage_id in (None, comment.collage_id)
            ]
        return newest_first(found, _COMMENTS, page, ctx.locale, collage_id)

    @once("comment")
    def add_comment(self, ctx: Context, collage_id: int, draft: CommentDraft) -> Comment:
        with self.store.opened("comments", ctx) as store:
            store.require_collage("comments", ctx.locale, collage_id)
            store.require_user("comments", draft.author_id)
            comment = Comment(
                id=store.new_id(),
                locale=ctx.locale,
                collage_id=collage_id,
                created_at=now(),
                **asdict(draft),
            )
            store.comments[comment.id] = comment
        return comment

    @once("changed")
    def delete_comment(self, ctx: Context, comment_id: int) -> bool:
        with self.store.opened("comments", ctx) as store:
            if _comment(store, ctx.locale, comment_id) is None:
                return False
            del store.comments[comment_id]
        return True


@dataclass(frozen=True)
class MemoryLikes:
    """A LikeSource."""

    store: Store

    def likes(self, ctx: Context, collage_id: int) -> int:
        with self.store.opened("likes", ctx) as store:
            if store.collage(ctx.locale, collage_id) is None:
                return 0
            return sum(liked == collage_id for liked, _ in store.likes)

    @once("changed")
    def like(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        with self.store.opened("likes", ctx) as store:
            store.require_collage("likes", ctx.locale, collage_id)
            store.require_user("likes", user_id)
            if (collage_id, user_id) in store.likes:
                return False
            store.likes.add((collage_id, user_id))
        return True

    @once("changed")
    def unlike(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        with self.store.opened("likes", ctx) as store:
            like = (collage_id, user_id)
            if like not in store.likes or store.collage(ctx.locale, collage_id) is None:
                return False
            store.likes.remove(like)
        return True


def _comment(store: Store, locale: str, comment_id: int) -> Comment | None:
    comment = store.comments.get(comment_id)
    return comment if comment is not None and comment.locale == locale else None
