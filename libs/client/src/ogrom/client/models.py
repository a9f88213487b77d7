"""The models of contract 5.1.0, written by `./dev client`: change the contract."""

from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType, field

from .model import Model

__all__ = [
    "CONTRACT",
    "Batch",
    "BatchHeaders",
    "BatchResponse",
    "BatchResponses",
    "BatchedRequest",
    "CategoryLinks",
    "CategoryView",
    "Collage",
    "CollageDraft",
    "CollageLinks",
    "CollagePatch",
    "CollageView",
    "Comment",
    "CommentDraft",
    "CommentLinks",
    "CommentView",
    "Documents",
    "Health",
    "HitLinks",
    "HitView",
    "Home",
    "HomeLinks",
    "HomeTemplates",
    "HomeView",
    "LikesLinks",
    "LikesTemplates",
    "LikesView",
    "Live",
    "Money",
    "PageLinks",
    "PageViewOfCategoryView",
    "PageViewOfCollageView",
    "PageViewOfCommentView",
    "PageViewOfHitView",
    "PageViewOfProductView",
    "PageViewOfUserView",
    "Placement",
    "Problem",
    "ProblemError",
    "ProblemLinks",
    "ProblemTypeItem",
    "ProblemTypeLinks",
    "ProblemTypeView",
    "ProblemTypesView",
    "ProductLinks",
    "ProductView",
    "Ready",
    "UserLinks",
    "UserView",
    "WorkerCounts",
    "WriteView",
]

CONTRACT = "5.1.0"
"""The version of the contract that the client is made from."""


class BatchHeaders(Model, frozen=True, kw_only=True):
    """BatchHeaders of the contract."""

    accept_language: str | UnsetType = field(name="Accept-Language", default=UNSET)
    cache_control: str | UnsetType = field(name="Cache-Control", default=UNSET)
    content_type: str | UnsetType = field(name="Content-Type", default=UNSET)
    idempotency_key: str | UnsetType = field(name="Idempotency-Key", default=UNSET)
    if_match: str | UnsetType = field(name="If-Match", default=UNSET)
    if_modified_since: str | UnsetType = field(name="If-Modified-Since", default=UNSET)
    if_none_match: str | UnsetType = field(name="If-None-Match", default=UNSET)
    if_unmodified_since: str | UnsetType = field(name="If-Unmodified-Since", default=UNSET)


class BatchedRequest(Model, frozen=True, kw_only=True):
    """BatchedRequest of the contract: `method` is DELETE, GET, HEAD, PATCH, POST, PUT or another."""

    content: Any | UnsetType = UNSET
    headers: BatchHeaders | UnsetType = UNSET
    id: str
    method: str = "GET"
    path: str
    values: dict[str, str] | UnsetType = UNSET


class Batch(Model, frozen=True, kw_only=True):
    """Batch of the contract."""

    requests: tuple[BatchedRequest, ...]


class BatchResponse(Model, frozen=True, kw_only=True):
    """BatchResponse of the contract."""

    content: Any | None = None
    headers: dict[str, str]
    status: int


class BatchResponses(Model, frozen=True, kw_only=True):
    """BatchResponses of the contract."""

    responses: dict[str, BatchResponse]


class CategoryLinks(Model, frozen=True, kw_only=True):
    """CategoryLinks of the contract."""

    parent: str | None
    products: str
    self_: str = field(name="self")


class CategoryView(Model, frozen=True, kw_only=True):
    """CategoryView of the contract."""

    id: int
    links: CategoryLinks
    name: str
    parent_id: int | None
    revision: int
    updated_at: datetime


class Placement(Model, frozen=True, kw_only=True):
    """Placement of the contract."""

    height: float
    product_id: int
    rotation: float = 0.0
    width: float
    x: float
    y: float
    z: int = 0


class Collage(Model, frozen=True, kw_only=True):
    """Collage of the contract."""

    author_id: int
    created_at: datetime
    id: int
    locale: str
    placements: tuple[Placement, ...]
    revision: int
    title: str
    updated_at: datetime


class CollageDraft(Model, frozen=True, kw_only=True):
    """CollageDraft of the contract."""

    author_id: int
    placements: tuple[Placement, ...]
    title: str


class CollageLinks(Model, frozen=True, kw_only=True):
    """CollageLinks of the contract."""

    author: str
    comments: str
    likes: str
    products: str
    self_: str = field(name="self")


class CollagePatch(Model, frozen=True, kw_only=True):
    """CollagePatch of the contract."""

    placements: tuple[Placement, ...] | UnsetType = UNSET
    title: str | UnsetType = UNSET


class CollageView(Model, frozen=True, kw_only=True):
    """CollageView of the contract."""

    author_id: int
    created_at: datetime
    id: int
    links: CollageLinks
    placements: tuple[Placement, ...]
    revision: int
    title: str
    updated_at: datetime


class Comment(Model, frozen=True, kw_only=True):
    """Comment of the contract."""

    author_id: int
    collage_id: int
    created_at: datetime
    id: int
    locale: str
    text: str


class CommentDraft(Model, frozen=True, kw_only=True):
    """CommentDraft of the contract."""

    author_id: int
    text: str


class CommentLinks(Model, frozen=True, kw_only=True):
    """CommentLinks of the contract."""

    author: str
    collage: str
    products: str
    self_: str = field(name="self")


class CommentView(Model, frozen=True, kw_only=True):
    """CommentView of the contract."""

    author_id: int
    collage_id: int
    created_at: datetime
    id: int
    links: CommentLinks
    text: str


class Documents(Model, frozen=True, kw_only=True):
    """Documents of the contract."""

    docs: str
    openapi: str


class Health(Model, frozen=True, kw_only=True):
    """Health of the contract."""

    live: str
    ready: str


class HitLinks(Model, frozen=True, kw_only=True):
    """HitLinks of the contract."""

    self_: str = field(name="self")


class Money(Model, frozen=True, kw_only=True):
    """Money of the contract."""

    amount: int
    currency: str


class HitView(Model, frozen=True, kw_only=True):
    """HitView of the contract: `kind` is product, collage or another."""

    brand: str | None
    id: int
    image_url: str | None
    kind: str
    links: HitLinks
    price: Money | None
    title: str


class Home(Model, frozen=True, kw_only=True):
    """Home of the contract."""

    documentation: Documents
    health: Health
    markets: dict[str, str]
    name: str
    version: str


class HomeLinks(Model, frozen=True, kw_only=True):
    """HomeLinks of the contract."""

    categories: str
    collages: str
    comments: str
    products: str
    self_: str = field(name="self")


class HomeTemplates(Model, frozen=True, kw_only=True):
    """HomeTemplates of the contract."""

    batch: str
    category: str
    collage: str
    collage_comments: str
    collages: str
    comment: str
    comments: str
    like: str
    likes: str
    product: str
    products: str
    search: str
    user: str
    user_collages: str
    users: str
    write: str


class HomeView(Model, frozen=True, kw_only=True):
    """HomeView of the contract."""

    links: HomeLinks
    locale: str
    templates: HomeTemplates


class LikesLinks(Model, frozen=True, kw_only=True):
    """LikesLinks of the contract."""

    collage: str
    self_: str = field(name="self")


class LikesTemplates(Model, frozen=True, kw_only=True):
    """LikesTemplates of the contract."""

    like: str


class LikesView(Model, frozen=True, kw_only=True):
    """LikesView of the contract."""

    collage_id: int
    count: int
    links: LikesLinks
    templates: LikesTemplates


class Live(Model, frozen=True, kw_only=True):
    """Live of the contract: `status` is live or another."""

    release: str
    status: str = "live"
    version: str


class PageLinks(Model, frozen=True, kw_only=True):
    """PageLinks of the contract."""

    self_: str = field(name="self")


class PageViewOfCategoryView(Model, frozen=True, kw_only=True):
    """PageViewOfCategoryView of the contract."""

    items: tuple[CategoryView, ...]
    links: PageLinks
    next: str | None


class PageViewOfCollageView(Model, frozen=True, kw_only=True):
    """PageViewOfCollageView of the contract."""

    items: tuple[CollageView, ...]
    links: PageLinks
    next: str | None


class PageViewOfCommentView(Model, frozen=True, kw_only=True):
    """PageViewOfCommentView of the contract."""

    items: tuple[CommentView, ...]
    links: PageLinks
    next: str | None


class PageViewOfHitView(Model, frozen=True, kw_only=True):
    """PageViewOfHitView of the contract."""

    items: tuple[HitView, ...]
    links: PageLinks
    next: str | None


class ProductLinks(Model, frozen=True, kw_only=True):
    """ProductLinks of the contract."""

    category: str
    self_: str = field(name="self")


class ProductView(Model, frozen=True, kw_only=True):
    """ProductView of the contract."""

    brand: str
    category_id: int
    id: int
    image_url: str
    links: ProductLinks
    price: Money
    revision: int
    title: str
    updated_at: datetime


class PageViewOfProductView(Model, frozen=True, kw_only=True):
    """PageViewOfProductView of the contract."""

    items: tuple[ProductView, ...]
    links: PageLinks
    next: str | None


class UserLinks(Model, frozen=True, kw_only=True):
    """UserLinks of the contract."""

    collages: str
    self_: str = field(name="self")


class UserView(Model, frozen=True, kw_only=True):
    """UserView of the contract."""

    avatar_url: str
    created_at: datetime
    id: int
    links: UserLinks
    name: str
    revision: int


class PageViewOfUserView(Model, frozen=True, kw_only=True):
    """PageViewOfUserView of the contract."""

    items: tuple[UserView, ...]
    links: PageLinks
    next: str | None


class ProblemError(Model, frozen=True, kw_only=True):
    """ProblemError of the contract."""

    detail: str
    parameter: str | None = None
    pointer: str | None = None


class Problem(Model, frozen=True, kw_only=True):
    """Problem of the contract."""

    available: tuple[str, ...] | None = None
    detail: str | None = None
    errors: tuple[ProblemError, ...] | None = None
    instance: str | None = None
    locales: tuple[str, ...] | None = None
    missing_scopes: tuple[str, ...] | None = None
    release: str | None = None
    request_id: str | None = None
    state: str | None = None
    status: int
    title: str
    type: str
    version: str | None = None


class ProblemLinks(Model, frozen=True, kw_only=True):
    """ProblemLinks of the contract."""

    self_: str = field(name="self")


class ProblemTypeItem(Model, frozen=True, kw_only=True):
    """ProblemTypeItem of the contract."""

    links: ProblemLinks
    status: int
    title: str
    type: str


class ProblemTypeLinks(Model, frozen=True, kw_only=True):
    """ProblemTypeLinks of the contract."""

    all: str
    self_: str = field(name="self")


class ProblemTypeView(Model, frozen=True, kw_only=True):
    """ProblemTypeView of the contract."""

    example: dict[str, Any]
    how_to_fix_it: str
    links: ProblemTypeLinks
    status: int
    title: str
    type: str
    what_happened: str


class ProblemTypesView(Model, frozen=True, kw_only=True):
    """ProblemTypesView of the contract."""

    items: tuple[ProblemTypeItem, ...]


class WorkerCounts(Model, frozen=True, kw_only=True):
    """WorkerCounts of the contract."""

    ready: int
    warming: int


class Ready(Model, frozen=True, kw_only=True):
    """Ready of the contract: `status` is ready or another."""

    migrated: bool | None
    release: str
    revision: str | None
    status: str = "ready"
    version: str
    workers: WorkerCounts
    writable: bool | None


class WriteView(Model, frozen=True, kw_only=True):
    """WriteView of the contract."""

    changed: bool
    collage: Collage | None
    comment: Comment | None
    fingerprint: str
