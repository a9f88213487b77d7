"""Over HTTP: comments and likes, what users say about collages."""

from dataclasses import dataclass

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unconfirmed
from ogrom.protocols.models import Comment, CommentDraft
from ogrom.protocols.pages import Page, PageRequest

from .calls import Calls, page_of
from .documents import CommentDocument, LikesDocument
from .etag_cache import Answer

# Whether a DELETE changed anything: a Boolean of RFC 9651.
_CHANGED = "Ogrom-Changed"
_BOOLEANS = {"?1": True, "?0": False}


@dataclass(frozen=True)
class RemoteComments:
    """A CommentSource."""

    calls: Calls

    def comment_by_id(self, ctx: Context, comment_id: int) -> Comment | None:
        found = self.calls.begin(ctx).read(CommentDocument, "comment", comment_id=comment_id)
        return None if found is None else found.of(ctx.locale)

    def comments(self, ctx: Context, page: PageRequest, *, collage_id: int | None = None) -> Page[Comment]:
        return page_of(
            self.calls.begin(ctx),
            CommentDocument,
            lambda each: each.of(ctx.locale),
            "comments",
            page,
            collage_id=collage_id,
        )

    def add_comment(self, ctx: Context, collage_id: int, draft: CommentDraft) -> Comment:
        call = self.calls.begin(ctx)
        answer = call.write("POST", "collage_comments", CommentDocument, body=draft, collage_id=collage_id)
        if answer is None:
            raise call.conflict(f"collage {collage_id} does not exist in {ctx.locale}")
        return answer.value.of(ctx.locale)

    def delete_comment(self, ctx: Context, comment_id: int) -> bool:
        return self.calls.begin(ctx).write("DELETE", "comment", None, comment_id=comment_id) is not None


@dataclass(frozen=True)
class RemoteLikes:
    """A LikeSource."""

    calls: Calls

    def likes(self, ctx: Context, collage_id: int) -> int:
        found = self.calls.begin(ctx).read(LikesDocument, "likes", collage_id=collage_id)
        return 0 if found is None else found.count

    def like(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        call = self.calls.begin(ctx)
        answer: Answer[None] | None = call.write("PUT", "like", None, collage_id=collage_id, user_id=user_id)
        if answer is None:
            raise call.conflict(f"collage {collage_id} or user {user_id} does not exist in {ctx.locale}")
        return answer.status == 201

    def unlike(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        call = self.calls.begin(ctx)
        answer: Answer[None] | None = call.write(
            "DELETE", "like", None, collage_id=collage_id, user_id=user_id
        )
        if answer is None:
            return False
        said = _BOOLEANS.get(answer.headers.get(_CHANGED.lower(), ""))
        if said is None:
            raise Unconfirmed(call.caller.source, f"{call.service.home} answers without {_CHANGED}")
        return said
