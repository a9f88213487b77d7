"""The operations of contract 5.1.0, written by `./dev client`: change the contract."""

from collections.abc import Sequence

from .models import (
    Batch,
    BatchResponses,
    CategoryView,
    CollageDraft,
    CollagePatch,
    CollageView,
    CommentDraft,
    CommentView,
    Home,
    HomeView,
    LikesView,
    Live,
    PageViewOfCategoryView,
    PageViewOfCollageView,
    PageViewOfCommentView,
    PageViewOfHitView,
    PageViewOfProductView,
    PageViewOfUserView,
    ProblemTypesView,
    ProblemTypeView,
    ProductView,
    Ready,
    UserView,
    WriteView,
)
from .operation import Operation

__all__ = [
    "add_to_batch",
    "add_to_collage_comments",
    "add_to_collages",
    "delete_collage",
    "delete_comment",
    "delete_like",
    "get_categories",
    "get_category",
    "get_collage",
    "get_collage_comments",
    "get_collages",
    "get_comment",
    "get_comments",
    "get_home",
    "get_index",
    "get_likes",
    "get_live",
    "get_problem_type",
    "get_problem_types",
    "get_product",
    "get_products",
    "get_ready",
    "get_search",
    "get_user",
    "get_user_collages",
    "get_users",
    "get_write",
    "patch_collage",
    "put_collage",
    "put_like",
]


def get_home() -> Operation[Home]:
    """GET /."""
    return Operation("GET", "", Home)


def get_live() -> Operation[Live]:
    """GET /health/live."""
    return Operation("GET", "health/live", Live)


def get_ready() -> Operation[Ready]:
    """GET /health/ready."""
    return Operation("GET", "health/ready", Ready)


def get_problem_types() -> Operation[ProblemTypesView]:
    """GET /problems."""
    return Operation("GET", "problems", ProblemTypesView)


def get_problem_type(name: str) -> Operation[ProblemTypeView]:
    """GET /problems/{name}."""
    return Operation("GET", "problems/{name}", ProblemTypeView, variables={"name": name})


def get_index() -> Operation[HomeView]:
    """GET /v1/{locale}."""
    return Operation("GET", "v1/{locale}", HomeView)


def add_to_batch(body: Batch) -> Operation[BatchResponses]:
    """POST /v1/{locale}/batch."""
    return Operation(
        "POST", "v1/{locale}/batch", BatchResponses, body=body, media_type="application/json", takes_key=True
    )


def get_categories() -> Operation[PageViewOfCategoryView]:
    """GET /v1/{locale}/categories."""
    return Operation("GET", "v1/{locale}/categories", PageViewOfCategoryView)


def get_category(category_id: int) -> Operation[CategoryView]:
    """GET /v1/{locale}/categories/{category_id}."""
    return Operation(
        "GET", "v1/{locale}/categories/{category_id}", CategoryView, variables={"category_id": category_id}
    )


def get_collages(
    *, limit: int | None = None, cursor: str | None = None, ids: Sequence[int] | None = None
) -> Operation[PageViewOfCollageView]:
    """GET /v1/{locale}/collages."""
    return Operation(
        "GET",
        "v1/{locale}/collages",
        PageViewOfCollageView,
        query={"limit": limit, "cursor": cursor, "ids": ids},
    )


def add_to_collages(body: CollageDraft) -> Operation[CollageView]:
    """POST /v1/{locale}/collages."""
    return Operation(
        "POST",
        "v1/{locale}/collages",
        CollageView,
        body=body,
        media_type="application/json",
        is_signed=True,
        takes_key=True,
    )


def delete_collage(
    collage_id: int, *, if_match: str, if_unmodified_since: str | None = None
) -> Operation[None]:
    """DELETE /v1/{locale}/collages/{collage_id}."""
    return Operation(
        "DELETE",
        "v1/{locale}/collages/{collage_id}",
        None,
        variables={"collage_id": collage_id},
        headers={"If-Match": if_match, "If-Unmodified-Since": if_unmodified_since},
        is_signed=True,
        takes_key=True,
    )


def get_collage(collage_id: int) -> Operation[CollageView]:
    """GET /v1/{locale}/collages/{collage_id}."""
    return Operation(
        "GET", "v1/{locale}/collages/{collage_id}", CollageView, variables={"collage_id": collage_id}
    )


def patch_collage(
    collage_id: int, body: CollagePatch, *, if_match: str, if_unmodified_since: str | None = None
) -> Operation[CollageView]:
    """PATCH /v1/{locale}/collages/{collage_id}."""
    return Operation(
        "PATCH",
        "v1/{locale}/collages/{collage_id}",
        CollageView,
        variables={"collage_id": collage_id},
        headers={"If-Match": if_match, "If-Unmodified-Since": if_unmodified_since},
        body=body,
        media_type="application/merge-patch+json",
        is_signed=True,
        takes_key=True,
    )


def put_collage(
    collage_id: int, body: CollageDraft, *, if_match: str, if_unmodified_since: str | None = None
) -> Operation[CollageView]:
    """PUT /v1/{locale}/collages/{collage_id}."""
    return Operation(
        "PUT",
        "v1/{locale}/collages/{collage_id}",
        CollageView,
        variables={"collage_id": collage_id},
        headers={"If-Match": if_match, "If-Unmodified-Since": if_unmodified_since},
        body=body,
        media_type="application/json",
        is_signed=True,
        takes_key=True,
    )


def get_collage_comments(
    collage_id: int, *, limit: int | None = None, cursor: str | None = None
) -> Operation[PageViewOfCommentView]:
    """GET /v1/{locale}/collages/{collage_id}/comments."""
    return Operation(
        "GET",
        "v1/{locale}/collages/{collage_id}/comments",
        PageViewOfCommentView,
        variables={"collage_id": collage_id},
        query={"limit": limit, "cursor": cursor},
    )


def add_to_collage_comments(collage_id: int, body: CommentDraft) -> Operation[CommentView]:
    """POST /v1/{locale}/collages/{collage_id}/comments."""
    return Operation(
        "POST",
        "v1/{locale}/collages/{collage_id}/comments",
        CommentView,
        variables={"collage_id": collage_id},
        body=body,
        media_type="application/json",
        is_signed=True,
        takes_key=True,
    )


def get_likes(collage_id: int) -> Operation[LikesView]:
    """GET /v1/{locale}/collages/{collage_id}/likes."""
    return Operation(
        "GET", "v1/{locale}/collages/{collage_id}/likes", LikesView, variables={"collage_id": collage_id}
    )


def delete_like(collage_id: int, user_id: int) -> Operation[None]:
    """DELETE /v1/{locale}/collages/{collage_id}/likes/{user_id}."""
    return Operation(
        "DELETE",
        "v1/{locale}/collages/{collage_id}/likes/{user_id}",
        None,
        variables={"collage_id": collage_id, "user_id": user_id},
        is_signed=True,
        takes_key=True,
    )


def put_like(collage_id: int, user_id: int) -> Operation[None]:
    """PUT /v1/{locale}/collages/{collage_id}/likes/{user_id}."""
    return Operation(
        "PUT",
        "v1/{locale}/collages/{collage_id}/likes/{user_id}",
        None,
        variables={"collage_id": collage_id, "user_id": user_id},
        is_signed=True,
        takes_key=True,
    )


def get_comments(
    *, limit: int | None = None, cursor: str | None = None, collage_id: int | None = None
) -> Operation[PageViewOfCommentView]:
    """GET /v1/{locale}/comments."""
    return Operation(
        "GET",
        "v1/{locale}/comments",
        PageViewOfCommentView,
        query={"limit": limit, "cursor": cursor, "collage_id": collage_id},
    )


def delete_comment(
    comment_id: int, *, if_match: str | None = None, if_unmodified_since: str | None = None
) -> Operation[None]:
    """DELETE /v1/{locale}/comments/{comment_id}."""
    return Operation(
        "DELETE",
        "v1/{locale}/comments/{comment_id}",
        None,
        variables={"comment_id": comment_id},
        headers={"If-Match": if_match, "If-Unmodified-Since": if_unmodified_since},
        is_signed=True,
        takes_key=True,
    )


def get_comment(comment_id: int) -> Operation[CommentView]:
    """GET /v1/{locale}/comments/{comment_id}."""
    return Operation(
        "GET", "v1/{locale}/comments/{comment_id}", CommentView, variables={"comment_id": comment_id}
    )


def get_products(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    category_id: int | None = None,
    brand: str | None = None,
    collage_id: int | None = None,
    ids: Sequence[int] | None = None,
) -> Operation[PageViewOfProductView]:
    """GET /v1/{locale}/products."""
    return Operation(
        "GET",
        "v1/{locale}/products",
        PageViewOfProductView,
        query={
            "limit": limit,
            "cursor": cursor,
            "category_id": category_id,
            "brand": brand,
            "collage_id": collage_id,
            "ids": ids,
        },
    )


def get_product(product_id: int) -> Operation[ProductView]:
    """GET /v1/{locale}/products/{product_id}."""
    return Operation(
        "GET", "v1/{locale}/products/{product_id}", ProductView, variables={"product_id": product_id}
    )


def get_search(
    *, limit: int | None = None, cursor: str | None = None, q: str
) -> Operation[PageViewOfHitView]:
    """GET /v1/{locale}/search."""
    return Operation(
        "GET", "v1/{locale}/search", PageViewOfHitView, query={"limit": limit, "cursor": cursor, "q": q}
    )


def get_users(*, ids: Sequence[int]) -> Operation[PageViewOfUserView]:
    """GET /v1/{locale}/users."""
    return Operation("GET", "v1/{locale}/users", PageViewOfUserView, query={"ids": ids})


def get_user(user_id: int) -> Operation[UserView]:
    """GET /v1/{locale}/users/{user_id}."""
    return Operation("GET", "v1/{locale}/users/{user_id}", UserView, variables={"user_id": user_id})


def get_user_collages(
    user_id: int, *, limit: int | None = None, cursor: str | None = None
) -> Operation[PageViewOfCollageView]:
    """GET /v1/{locale}/users/{user_id}/collages."""
    return Operation(
        "GET",
        "v1/{locale}/users/{user_id}/collages",
        PageViewOfCollageView,
        variables={"user_id": user_id},
        query={"limit": limit, "cursor": cursor},
    )


def get_write(*, key: str) -> Operation[WriteView]:
    """GET /v1/{locale}/writes."""
    return Operation("GET", "v1/{locale}/writes", WriteView, query={"key": key}, is_signed=True)
