"""The API as one table: a row an endpoint, and the sources that the endpoints need."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from ogrom.http import Endpoint
from ogrom.protocols.outcomes import OutcomeSource
from ogrom.protocols.sources import (
    CategorySource,
    CollageSource,
    CommentSource,
    LikeSource,
    ProductSource,
    SearchSource,
    UserSource,
)

from .categories import CategoriesResource, CategoryResource
from .collages import CollageResource, CollagesResource, UserCollagesResource
from .comments import CollageCommentsResource, CommentResource, CommentsResource
from .home import HomeResource
from .likes import LikeResource, LikesResource
from .products import ProductResource, ProductsResource
from .search import SearchResource
from .users import UserResource, UsersResource
from .writes import WriteResource

ROUTES: Final[tuple[tuple[str, str, type[Any]], ...]] = (
    ("index", "/", HomeResource),
    ("products", "/products", ProductsResource),
    ("product", "/products/{product_id}", ProductResource),
    ("categories", "/categories", CategoriesResource),
    ("category", "/categories/{category_id}", CategoryResource),
    ("collages", "/collages", CollagesResource),
    ("collage", "/collages/{collage_id}", CollageResource),
    ("collage_comments", "/collages/{collage_id}/comments", CollageCommentsResource),
    ("comments", "/comments", CommentsResource),
    ("comment", "/comments/{comment_id}", CommentResource),
    ("likes", "/collages/{collage_id}/likes", LikesResource),
    ("like", "/collages/{collage_id}/likes/{user_id}", LikeResource),
    ("users", "/users", UsersResource),
    ("user", "/users/{user_id}", UserResource),
    ("user_collages", "/users/{user_id}/collages", UserCollagesResource),
    ("search", "/search", SearchResource),
    ("write", "/writes", WriteResource),
)
"""The name that links use, the path, and the resource; each field of a resource is the source of that name."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the endpoints need, however it is implemented.

    A source with the default None is a capability that not every store has: the endpoints that need it are mounted
    only if it is there. Links to them are made with `x.link_if`.
    """

    products: ProductSource
    categories: CategorySource
    collages: CollageSource
    comments: CommentSource
    users: UserSource
    likes: LikeSource
    search: SearchSource
    outcomes: OutcomeSource


def assemble(sources: Sources) -> tuple[Endpoint, ...]:
    """Every endpoint of the API, ready to be mounted under any prefix.

    Args:
        sources: where the data comes from.

    Returns:
        Endpoints that link to one another by name, so mount all of them together.
    """
    return tuple(_endpoints(sources))


def _endpoints(sources: Sources) -> Iterator[Endpoint]:
    for name, path, resource in ROUTES:
        needed = {field.name: getattr(sources, field.name) for field in fields(resource)}
        if None not in needed.values():
            yield Endpoint(name, path, resource(**needed))
