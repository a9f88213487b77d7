"""/collages/{collage_id}/comments: what was said under a collage; a POST says something more."""

from collections.abc import Iterator
from dataclasses import dataclass

from ogrom.http import Answer, Endpoint, Fault, PathParameter, QueryParameters, always
from ogrom.protocols.context import Context
from ogrom.protocols.models import Comment, CommentDraft
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import CollageSource, CommentSource, UserSource

from ..access import as_somebody_else, writing
from ..drafts import blanks, sensible, unknown_author
from ..lists import ListResource
from ..resource import REVALIDATED, Exchange
from ..views.comment import CommentView
from ..views.page import PageView


@dataclass(frozen=True)
class CollageCommentsResource(ListResource[Comment]):
    """The comments under one collage, newest first."""

    comments: CommentSource
    collages: CollageSource
    users: UserSource

    collage_id = PathParameter()
    query = QueryParameters(PageRequest)
    name = "collage_comments"
    cache = REVALIDATED
    links_to = CommentView.links_to
    scopes = writing("comments:write")

    can_post_to_missing = always(False)

    def processable(self, x: Exchange[Page[Comment]]) -> Answer:
        return x.body is None or as_somebody_else(x, x.body) or sensible(self._faults(x.context, x.body))

    def _faults(self, ctx: Context, draft: CommentDraft) -> Iterator[Fault]:
        yield from unknown_author(ctx, draft.author_id, self.users)
        yield from blanks("#/text", draft.text)

    def exists(self, x: Exchange[Page[Comment]]) -> Page[Comment] | Answer | None:
        collage = self.collages.collage_by_id(x.context, self.collage_id(x))
        return None if collage is None else super().exists(x)

    def page(self, x: Exchange[Page[Comment]], wanted: PageRequest) -> Page[Comment]:
        return self.comments.comments(x.context, wanted, collage_id=self.collage_id(x))

    def post(self, x: Exchange[Page[Comment], CommentDraft]) -> Comment:
        """Say something under a collage."""
        return self.comments.add_comment(x.context, self.collage_id(x), x.body)

    def location(self, x: Exchange[Page[Comment]]) -> str:
        return x.link("comment", comment_id=x.result.id)

    def created_etag(self, x: Exchange[Page[Comment]]) -> int:
        made: Comment = x.result
        return made.id

    def handle_ok(self, x: Exchange[Page[Comment]]) -> PageView[CommentView]:
        return self.shown(x, (CommentView.of(each, x) for each in x.entity.items))

    def handle_created(self, x: Exchange[Page[Comment]]) -> CommentView:
        return CommentView.of(x.result, x)


def collage_comments(comments: CommentSource, collages: CollageSource, users: UserSource) -> Endpoint:
    """The endpoint of the comments under one collage."""
    resource = CollageCommentsResource(comments, collages, users)
    return Endpoint("collage_comments", "/collages/{collage_id}/comments", resource)
