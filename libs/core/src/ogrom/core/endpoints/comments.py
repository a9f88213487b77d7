"""/comments: what was said in the market."""

from dataclasses import dataclass

from ogrom.http import Endpoint, QueryParameters
from ogrom.protocols.models import Comment, Id
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import CommentSource

from ..lists import ListResource
from ..resource import REVALIDATED, Exchange
from ..views.comment import CommentView
from ..views.page import PageView


class CommentQuery(PageRequest, frozen=True, kw_only=True):
    """Which comments are wanted: all, or those under one collage."""

    collage_id: Id | None = None


@dataclass(frozen=True)
class CommentsResource(ListResource[Comment]):
    """Comments, newest first."""

    comments: CommentSource

    query = QueryParameters(CommentQuery)
    name = "comments"
    cache = REVALIDATED
    links_to = CommentView.links_to

    def page(self, x: Exchange[Page[Comment]], wanted: PageRequest) -> Page[Comment]:
        return self.comments.comments(x.context, wanted, collage_id=self.query(x).collage_id)

    def handle_ok(self, x: Exchange[Page[Comment]]) -> PageView[CommentView]:
        return self.shown(x, (CommentView.of(each, x) for each in x.entity.items))


def comments(comments: CommentSource) -> Endpoint:
    """The endpoint of the list of comments."""
    return Endpoint("comments", "/comments", CommentsResource(comments))
