"""/collages/{collage_id}: one collage, which may be replaced, changed and deleted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ogrom.http import Answer, Endpoint, Fault, PathParameter, always
from ogrom.protocols.context import Context
from ogrom.protocols.models import Collage, CollageDraft
from ogrom.protocols.sources import CollageSource, ProductSource, UserSource

from ..access import as_somebody_else, of_somebody_else, writing
from ..drafts import CollagePatch, blanks, sensible, unknown_author, unknown_products
from ..resource import REVALIDATED, Exchange, Resource
from ..views.collage import CollageView, pictures


@dataclass(frozen=True)
class CollageResource(Resource[Collage]):
    """A collage; whoever changes it says in If-Match which revision they saw."""

    collages: CollageSource
    products: ProductSource
    users: UserSource

    collage_id = PathParameter()
    cache = REVALIDATED
    links_to = (*CollageView.links_to, "product")  # where the page leads from what is placed
    scopes = writing("collages:write")

    precondition_required = always(True)
    can_put_to_missing = always(False)  # the server gives the ids

    def processable(self, x: Exchange[Collage]) -> Answer:
        if x.body is None:
            return True
        forged = isinstance(x.body, CollageDraft) and as_somebody_else(x, x.body)
        return forged or sensible(self._faults(x.context, x.body))

    def _faults(self, ctx: Context, wanted: CollageDraft | CollagePatch) -> Iterator[Fault]:
        if isinstance(wanted, CollageDraft):
            yield from unknown_author(ctx, wanted.author_id, self.users)
        yield from blanks("#/title", wanted.title)
        yield from unknown_products(ctx, wanted.placements, self.products)

    def exists(self, x: Exchange[Collage]) -> Collage | Answer | None:
        found = self.collages.collage_by_id(x.context, self.collage_id(x))
        return of_somebody_else(x, found) or found

    def etag(self, x: Exchange[Collage]) -> int:
        return x.entity.revision

    def last_modified(self, x: Exchange[Collage]) -> datetime:
        return x.entity.updated_at

    def put(self, x: Exchange[Collage, CollageDraft]) -> Collage:
        """Replace a collage."""
        return self._replace(x, x.body)

    def patch(self, x: Exchange[Collage, CollagePatch]) -> Collage:
        """Change parts of a collage."""
        return self._replace(x, x.body.applied_to(x.entity))

    def _replace(self, x: Exchange[Collage], draft: CollageDraft) -> Collage:
        # The revision that If-Match was compared with: a write in between is a Conflict, so a 412.
        return self.collages.replace_collage(x.context, x.entity.id, draft, revision=x.entity.revision)

    def delete(self, x: Exchange[Collage]) -> None:
        """Delete a collage."""
        self.collages.delete_collage(x.context, x.entity.id, revision=x.entity.revision)

    def respond_with_entity(self, x: Exchange[Collage]) -> bool:
        return x.method != "DELETE"

    def location(self, x: Exchange[Collage]) -> str:
        return x.link("collage", collage_id=x.entity.id)

    def handle_ok(self, x: Exchange[Collage]) -> CollageView:
        return CollageView.of(x.entity, x)

    def pictures(self, x: Exchange[Collage]) -> Mapping[str, str]:
        return pictures([x.entity], self.products, x)


def collage(collages: CollageSource, products: ProductSource, users: UserSource) -> Endpoint:
    """The endpoint of one collage."""
    return Endpoint("collage", "/collages/{collage_id}", CollageResource(collages, products, users))
