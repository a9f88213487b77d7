"""The assembly: from sources to the endpoints of the whole API."""

from dataclasses import dataclass

from ogrom.http import Endpoint
from ogrom.protocols.sources import (
    CategorySource,
    CollageSource,
    CommentSource,
    LikeSource,
    ProductSource,
    SearchSource,
    UserSource,
)

from .endpoints.categories import categories
from .endpoints.category import category
from .endpoints.collage import collage
from .endpoints.collage_comments import collage_comments
from .endpoints.collages import collages
from .endpoints.comment import comment
from .endpoints.comments import comments
from .endpoints.index import index
from .endpoints.like import like
from .endpoints.likes import likes
from .endpoints.product import product
from .endpoints.products import products
from .endpoints.search import search
from .endpoints.user import user
from .endpoints.user_collages import user_collages
from .endpoints.users import users


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the endpoints need, whatever it is made of.

    A source with the default None is a capability, which not every store has: its endpoints are mounted only where it
    is there, so that they can neither be asked for nor found without it; links to them are made by `x.link_if`.
    """

    products: ProductSource
    categories: CategorySource
    collages: CollageSource
    comments: CommentSource
    users: UserSource
    likes: LikeSource
    search: SearchSource


def assemble(sources: Sources) -> tuple[Endpoint, ...]:
    """Every endpoint of the API, ready to be mounted under any prefix.

    Args:
        sources: where their data comes from.

    Returns:
        Endpoints that link to one another by name, so mount all of them together.
    """
    return (
        index(),
        products(sources.products),
        product(sources.products),
        categories(sources.categories),
        category(sources.categories),
        collages(sources.collages, sources.products, sources.users),
        collage(sources.collages, sources.products, sources.users),
        collage_comments(sources.comments, sources.collages, sources.users),
        comments(sources.comments),
        comment(sources.comments),
        likes(sources.likes, sources.collages),
        like(sources.likes, sources.collages, sources.users),
        users(sources.users),
        user(sources.users),
        user_collages(sources.collages, sources.products, sources.users),
        search(sources.search),
    )
