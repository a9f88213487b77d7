"""/comments/{comment_id}: one comment, which may be deleted."""

from dataclasses import dataclass
from datetime import datetime

from ogrom.http import Answer, Endpoint, PathParameter
from ogrom.protocols.models import Comment
from ogrom.protocols.sources import CommentSource

from ..access import of_somebody_else, writing
from ..resource import REVALIDATED, Exchange, Resource
from ..views.comment import CommentView


@dataclass(frozen=True)
class CommentResource(Resource[Comment]):
    """A comment. Nobody can edit it, so its deletion needs no If-Match."""

    comments: CommentSource

    comment_id = PathParameter()
    cache = REVALIDATED
    links_to = CommentView.links_to
    scopes = writing("comments:write")

    def exists(self, x: Exchange[Comment]) -> Comment | Answer | None:
        found = self.comments.comment_by_id(x.context, self.comment_id(x))
        return of_somebody_else(x, found) or found

    def etag(self, x: Exchange[Comment]) -> int:
        return x.entity.id

    def last_modified(self, x: Exchange[Comment]) -> datetime:
        return x.entity.created_at

    def delete(self, x: Exchange[Comment]) -> None:
        """Delete a comment."""
        # That somebody else was faster is no failure: the comment is gone, as was wanted.
        self.comments.delete_comment(x.context, x.entity.id)

    def handle_ok(self, x: Exchange[Comment]) -> CommentView:
        return CommentView.of(x.entity, x)


def comment(comments: CommentSource) -> Endpoint:
    """The endpoint of one comment."""
    return Endpoint("comment", "/comments/{comment_id}", CommentResource(comments))
