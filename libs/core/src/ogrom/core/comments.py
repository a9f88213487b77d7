"""/comments, /comments/{comment_id} and /collages/{collage_id}/comments: comments are read, written and deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from ogrom.http import (
    Answer,
    EarlierRequest,
    Fault,
    PathParameter,
    QueryParameters,
    always,
    link_to,
    only_for,
    refuses,
)
from ogrom.http.problems import INVALID_CONTENT
from ogrom.protocols.context import Context
from ogrom.protocols.models import Comment, CommentDraft, Id, Timestamp
from ogrom.protocols.outcomes import OutcomeSource
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import CollageSource, CommentSource, UserSource

from .idempotency import earlier
from .lists import ListResource, PageView
from .problems import AUTHOR_MISMATCH, NOT_OWNER
from .resource import REVALIDATED, Exchange, Resource
from .scopes import forbid_impersonation, forbid_non_author, write_scopes
from .validation import blank_text, unknown_author, valid_or_problem


class CommentLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a comment; `products` are those of its collage."""

    itself: Annotated[str, link_to("comment", comment_id="id")]
    collage: Annotated[str, link_to("collage", collage_id="collage_id")]
    author: Annotated[str, link_to("user", user_id="author_id")]
    products: Annotated[str, link_to("products", collage_id="collage_id")]


class CommentView(Struct, frozen=True, kw_only=True):
    """A comment under a collage."""

    id: Id
    collage_id: Id
    author_id: Id
    text: str
    created_at: Timestamp
    links: CommentLinks

    links_to: ClassVar[tuple[str, ...]] = ("comment", "collage", "user", "products")

    @classmethod
    def of(cls, comment: Comment, x: Exchange) -> "CommentView":
        """The comment with links of this exchange."""
        return cls(
            id=comment.id,
            collage_id=comment.collage_id,
            author_id=comment.author_id,
            text=comment.text,
            created_at=comment.created_at,
            links=CommentLinks(
                itself=x.link("comment", comment_id=comment.id),
                collage=x.link("collage", collage_id=comment.collage_id),
                author=x.link("user", user_id=comment.author_id),
                products=x.link("products", collage_id=comment.collage_id),
            ),
        )


class CommentQuery(PageRequest, frozen=True, kw_only=True):
    """All comments, or those under one collage."""

    collage_id: Annotated[Id, Meta(description="Only those under this collage.")] | None = None


@dataclass(frozen=True)
class CommentsResource(ListResource[Comment]):
    """Comments, newest first."""

    comments: CommentSource

    query = QueryParameters(CommentQuery)
    cache = REVALIDATED
    links_to = CommentView.links_to

    def load_page(self, x: Exchange[Page[Comment]], page: PageRequest) -> Page[Comment]:
        return self.comments.comments(x.context, page, collage_id=self.query(x).collage_id)

    def handle_ok(self, x: Exchange[Page[Comment]]) -> PageView[CommentView]:
        return self.to_view(x, (CommentView.of(each, x) for each in x.entity.items))


@dataclass(frozen=True)
class CollageCommentsResource(ListResource[Comment]):
    """The comments under one collage, newest first."""

    comments: CommentSource
    collages: CollageSource
    users: UserSource
    outcomes: OutcomeSource

    collage_id = PathParameter()
    query = QueryParameters(PageRequest)
    cache = REVALIDATED
    links_to = CommentView.links_to
    scopes = write_scopes("comments:write")

    can_post_to_missing = always(False)

    @only_for("POST")
    @refuses(AUTHOR_MISMATCH)
    def body_allowed(self, x: Exchange[Page[Comment], CommentDraft]) -> Answer:
        return forbid_impersonation(x, x.body)

    @only_for("POST")
    def idempotency_key_used(self, x: Exchange[Page[Comment]]) -> EarlierRequest | None:
        return earlier(x, self.outcomes, lambda then: then.comment)

    @only_for("POST")
    @refuses(INVALID_CONTENT)
    def processable(self, x: Exchange[Page[Comment], CommentDraft]) -> Answer:
        return valid_or_problem(self._faults(x.context, x.body))

    def _faults(self, ctx: Context, draft: CommentDraft) -> Iterator[Fault]:
        yield from unknown_author(ctx, draft.author_id, self.users)
        yield from blank_text("#/text", draft.text)

    def exists(self, x: Exchange[Page[Comment]]) -> Page[Comment] | Answer | None:
        collage = self.collages.collage_by_id(x.context, self.collage_id(x))
        return None if collage is None else super().exists(x)

    def load_page(self, x: Exchange[Page[Comment]], page: PageRequest) -> Page[Comment]:
        return self.comments.comments(x.context, page, collage_id=self.collage_id(x))

    def post(self, x: Exchange[Page[Comment], CommentDraft]) -> Comment:
        """Comment on a collage."""
        return self.comments.add_comment(x.context, self.collage_id(x), x.body)

    def location(self, x: Exchange[Page[Comment]]) -> str:
        return x.link("comment", comment_id=x.result.id)

    def created_etag(self, x: Exchange[Page[Comment]]) -> int:
        made: Comment = x.result
        return made.id

    def handle_ok(self, x: Exchange[Page[Comment]]) -> PageView[CommentView]:
        return self.to_view(x, (CommentView.of(each, x) for each in x.entity.items))

    def handle_created(self, x: Exchange[Page[Comment]]) -> CommentView:
        return CommentView.of(x.result, x)


@dataclass(frozen=True)
class CommentResource(Resource[Comment]):
    """A comment. Nobody can edit it, so its deletion needs no If-Match."""

    comments: CommentSource
    outcomes: OutcomeSource

    comment_id = PathParameter()
    cache = REVALIDATED
    links_to = CommentView.links_to
    scopes = write_scopes("comments:write")

    @only_for("DELETE")
    def idempotency_key_used(self, x: Exchange[Comment]) -> EarlierRequest | None:
        return earlier(x, self.outcomes, lambda then: then.comment)

    def exists(self, x: Exchange[Comment]) -> Comment | None:
        return self.comments.comment_by_id(x.context, self.comment_id(x))

    @only_for("DELETE")
    @refuses(NOT_OWNER)
    def entity_allowed(self, x: Exchange[Comment]) -> Answer:
        return forbid_non_author(x, x.entity)

    def etag(self, x: Exchange[Comment]) -> int:
        return x.entity.id

    def last_modified(self, x: Exchange[Comment]) -> datetime:
        return x.entity.created_at

    def delete(self, x: Exchange[Comment]) -> None:
        """Delete a comment."""
        # If it was deleted in the meantime, that is no failure: the comment is gone, as the client wants.
        self.comments.delete_comment(x.context, x.entity.id)

    def handle_ok(self, x: Exchange[Comment]) -> CommentView:
        return CommentView.of(x.entity, x)
