"""/collages, /collages/{collage_id} and /users/{user_id}/collages: collages are read, made, changed and deleted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import UNSET, Struct, UnsetType

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
from ogrom.http.problems import INVALID_CONTENT, INVALID_QUERY
from ogrom.protocols.context import Context
from ogrom.protocols.models import Collage, CollageDraft, Id, Placement, Placements, Timestamp, Title
from ogrom.protocols.outcomes import OutcomeSource
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import CollageSource, ProductSource, UserSource

from .idempotency import earlier
from .lists import Ids, ListResource, PageView, in_order, only_ids
from .problems import AUTHOR_MISMATCH, NOT_OWNER
from .resource import REVALIDATED, Exchange, Resource, is_get
from .scopes import forbid_impersonation, forbid_non_author, write_scopes
from .validation import blank_text, unknown_author, unknown_products, valid_or_problem


class CollageLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a collage."""

    itself: Annotated[str, link_to("collage", collage_id="id")]
    author: Annotated[str, link_to("user", user_id="author_id")]
    products: Annotated[str, link_to("products", collage_id="id")]
    comments: Annotated[str, link_to("collage_comments", collage_id="id")]
    likes: Annotated[str, link_to("likes", collage_id="id")]


class CollageView(Struct, frozen=True, kw_only=True):
    """A collage; its author, title and placements have the form in which they are written."""

    id: Id
    author_id: Id
    title: str
    placements: tuple[Placement, ...]
    revision: int
    created_at: Timestamp
    updated_at: Timestamp
    links: CollageLinks

    links_to: ClassVar[tuple[str, ...]] = ("collage", "user", "products", "collage_comments", "likes")

    @classmethod
    def of(cls, collage: Collage, x: Exchange) -> "CollageView":
        """The collage with links of this exchange."""
        return cls(
            id=collage.id,
            author_id=collage.author_id,
            title=collage.title,
            placements=collage.placements,
            revision=collage.revision,
            created_at=collage.created_at,
            updated_at=collage.updated_at,
            links=CollageLinks(
                itself=x.link("collage", collage_id=collage.id),
                author=x.link("user", user_id=collage.author_id),
                products=x.link("products", collage_id=collage.id),
                comments=x.link("collage_comments", collage_id=collage.id),
                likes=x.link("likes", collage_id=collage.id),
            ),
        )


def pictures(collages: Iterable[Collage], products: ProductSource, x: Exchange) -> Mapping[str, str]:
    """The pictures of the products on collages, by the path of each product."""
    ids = {placement.product_id for collage in collages for placement in collage.placements}
    found = products.products_by_ids(x.context, ids)
    return {x.link("product", product_id=number): each.image_url for number, each in found.items()}


class CollagePatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merge patch of a collage (RFC 7396): its members replace the collage's; none can be removed."""

    title: Title | UnsetType = UNSET
    placements: Placements | UnsetType = UNSET

    def applied_to(self, collage: Collage) -> CollageDraft:
        """The collage as the patch wants it."""
        return CollageDraft(
            author_id=collage.author_id,
            title=collage.title if self.title is UNSET else self.title,
            placements=collage.placements if self.placements is UNSET else self.placements,
        )


def _faults(
    ctx: Context, wanted: CollageDraft | CollagePatch, users: UserSource, products: ProductSource
) -> Iterator[Fault]:
    if isinstance(wanted, CollageDraft):
        yield from unknown_author(ctx, wanted.author_id, users)
    yield from blank_text("#/title", wanted.title)
    yield from unknown_products(ctx, wanted.placements, products)


class CollageQuery(PageRequest, frozen=True, kw_only=True):
    """All collages, or those of `ids` in that order."""

    ids: Ids | None = None


@dataclass(frozen=True)
class CollagesResource(ListResource[Collage]):
    """Collages, newest first."""

    collages: CollageSource
    products: ProductSource
    users: UserSource
    outcomes: OutcomeSource

    query = QueryParameters(CollageQuery)
    cache = REVALIDATED
    links_to = (*CollageView.links_to, "product")  # for the page: each placement links to its product
    scopes = write_scopes("collages:write")

    @only_for("POST")
    @refuses(AUTHOR_MISMATCH)
    def body_allowed(self, x: Exchange[Page[Collage], CollageDraft]) -> Answer:
        return forbid_impersonation(x, x.body)

    @only_for("POST")
    def idempotency_key_used(self, x: Exchange[Page[Collage]]) -> EarlierRequest | None:
        return earlier(x, self.outcomes, lambda then: then.collage)

    @refuses(INVALID_CONTENT, INVALID_QUERY)
    def processable(self, x: Exchange[Page[Collage]]) -> Answer:
        if x.body is not None:
            return valid_or_problem(_faults(x.context, x.body, self.users, self.products))
        query = self.query(x)
        return only_ids(query, query.ids)

    def load_page(self, x: Exchange[Page[Collage]], page: PageRequest) -> Page[Collage]:
        ids = self.query(x).ids
        if ids is not None:
            return Page(items=in_order(ids, self.collages.collages_by_ids(x.context, ids)))
        return self.collages.collages(x.context, page)

    def post(self, x: Exchange[Page[Collage], CollageDraft]) -> Collage:
        """Make a collage."""
        return self.collages.add_collage(x.context, x.body)

    def location(self, x: Exchange[Page[Collage]]) -> str:
        return x.link("collage", collage_id=x.result.id)

    def created_etag(self, x: Exchange[Page[Collage]]) -> int:
        made: Collage = x.result
        return made.revision

    def handle_ok(self, x: Exchange[Page[Collage]]) -> PageView[CollageView]:
        return self.to_view(x, (CollageView.of(each, x) for each in x.entity.items))

    def handle_created(self, x: Exchange[Page[Collage]]) -> CollageView:
        return CollageView.of(x.result, x)

    def pictures(self, x: Exchange[Page[Collage]]) -> Mapping[str, str]:
        return pictures(x.entity.items if is_get(x) else [x.result], self.products, x)


@dataclass(frozen=True)
class CollageResource(Resource[Collage]):
    """A collage; a change must name the revision that it is for in If-Match."""

    collages: CollageSource
    products: ProductSource
    users: UserSource
    outcomes: OutcomeSource

    collage_id = PathParameter()
    cache = REVALIDATED
    links_to = (*CollageView.links_to, "product")  # for the page: each placement links to its product
    scopes = write_scopes("collages:write")

    precondition_required = always(True)
    can_put_to_missing = always(False)  # the server gives the ids
    respond_with_entity = only_for("PUT", "PATCH")(always(True))

    @only_for("PUT")
    @refuses(AUTHOR_MISMATCH)
    def body_allowed(self, x: Exchange[Collage, CollageDraft]) -> Answer:
        return forbid_impersonation(x, x.body)

    @only_for("PUT", "PATCH", "DELETE")
    def idempotency_key_used(self, x: Exchange[Collage]) -> EarlierRequest | None:
        return earlier(x, self.outcomes, lambda then: then.collage)

    @only_for("PUT", "PATCH")
    @refuses(INVALID_CONTENT)
    def processable(self, x: Exchange[Collage, CollageDraft | CollagePatch]) -> Answer:
        return valid_or_problem(_faults(x.context, x.body, self.users, self.products))

    def exists(self, x: Exchange[Collage]) -> Collage | None:
        return self.collages.collage_by_id(x.context, self.collage_id(x))

    @only_for("PUT", "PATCH", "DELETE")
    @refuses(NOT_OWNER)
    def entity_allowed(self, x: Exchange[Collage]) -> Answer:
        return forbid_non_author(x, x.entity)

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
        # If-Match was compared with this revision: a write in between is a Conflict, so a 412.
        return self.collages.replace_collage(x.context, x.entity.id, draft, revision=x.entity.revision)

    def delete(self, x: Exchange[Collage]) -> None:
        """Delete a collage."""
        self.collages.delete_collage(x.context, x.entity.id, revision=x.entity.revision)

    def location(self, x: Exchange[Collage]) -> str:
        return x.link("collage", collage_id=x.entity.id)

    def handle_ok(self, x: Exchange[Collage]) -> CollageView:
        return CollageView.of(x.entity, x)

    def pictures(self, x: Exchange[Collage]) -> Mapping[str, str]:
        return pictures([x.entity], self.products, x)


@dataclass(frozen=True)
class UserCollagesResource(ListResource[Collage]):
    """A user's collages, newest first."""

    collages: CollageSource
    products: ProductSource
    users: UserSource

    user_id = PathParameter()
    query = QueryParameters(PageRequest)
    cache = REVALIDATED
    links_to = (*CollageView.links_to, "product")  # for the page: each placement links to its product

    def exists(self, x: Exchange[Page[Collage]]) -> Page[Collage] | Answer | None:
        user = self.users.user_by_id(x.context, self.user_id(x))
        return None if user is None else super().exists(x)

    def load_page(self, x: Exchange[Page[Collage]], page: PageRequest) -> Page[Collage]:
        return self.collages.collages(x.context, page, author_id=self.user_id(x))

    def handle_ok(self, x: Exchange[Page[Collage]]) -> PageView[CollageView]:
        return self.to_view(x, (CollageView.of(each, x) for each in x.entity.items))

    def pictures(self, x: Exchange[Page[Collage]]) -> Mapping[str, str]:
        return pictures(x.entity.items, self.products, x)
