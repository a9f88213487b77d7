"""/: the home document, from which a client finds everything else."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Struct

from ogrom.http import link_to, template_to

from .resource import Exchange, Resource

_PAGE = "{?limit,cursor}"


class HomeLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The lists to start with."""

    itself: Annotated[str, link_to("index")]
    products: Annotated[str, link_to("products")]
    categories: Annotated[str, link_to("categories")]
    collages: Annotated[str, link_to("collages")]
    comments: Annotated[str, link_to("comments")]


class HomeTemplates(Struct, frozen=True, kw_only=True):
    """URI templates (RFC 6570), by the endpoint that they lead to.

    Those that need only an id are for programs that know ids and have not read what links there.
    """

    products: Annotated[str, template_to("products")]
    product: Annotated[str, template_to("product")]
    category: Annotated[str, template_to("category")]
    collages: Annotated[str, template_to("collages")]
    collage: Annotated[str, template_to("collage")]
    collage_comments: Annotated[str, template_to("collage_comments")]
    comments: Annotated[str, template_to("comments")]
    comment: Annotated[str, template_to("comment")]
    likes: Annotated[str, template_to("likes")]
    like: Annotated[str, template_to("like")]
    users: Annotated[str, template_to("users")]
    user: Annotated[str, template_to("user")]
    user_collages: Annotated[str, template_to("user_collages")]
    search: Annotated[str, template_to("search")]
    write: Annotated[str, template_to("write")]


class HomeView(Struct, frozen=True, kw_only=True):
    """Where a client starts in the market of the URL."""

    locale: str
    links: HomeLinks
    templates: HomeTemplates

    links_to: ClassVar[tuple[str, ...]] = (
        "index",
        "products",
        "product",
        "categories",
        "category",
        "collages",
        "collage",
        "collage_comments",
        "comments",
        "comment",
        "likes",
        "like",
        "users",
        "user",
        "user_collages",
        "search",
        "write",
    )

    @classmethod
    def of(cls, x: Exchange) -> "HomeView":
        """The home of this exchange's market."""
        links = HomeLinks(
            itself=x.link("index"),
            products=x.link("products"),
            categories=x.link("categories"),
            collages=x.link("collages"),
            comments=x.link("comments"),
        )
        collage = {"collage_id": "{collage_id}"}
        user = {"user_id": "{user_id}"}
        templates = HomeTemplates(
            products=links.products + "{?category_id,brand,collage_id,ids,limit,cursor}",
            product=x.link("product", product_id="{product_id}"),
            category=x.link("category", category_id="{category_id}"),
            collages=links.collages + "{?ids,limit,cursor}",
            collage=x.link("collage", **collage),
            collage_comments=x.link("collage_comments", **collage) + _PAGE,
            comments=links.comments + "{?collage_id,limit,cursor}",
            comment=x.link("comment", comment_id="{comment_id}"),
            likes=x.link("likes", **collage),
            like=x.link("like", **collage, **user),
            users=x.link("users") + "{?ids}",
            user=x.link("user", **user),
            user_collages=x.link("user_collages", **user) + _PAGE,
            search=x.link("search") + "{?q,limit,cursor}",
            write=x.link("write") + "{?key}",
        )
        return cls(locale=x.context.locale, links=links, templates=templates)


@dataclass(frozen=True)
class HomeResource(Resource):
    """Where a client starts."""

    links_to = HomeView.links_to

    def handle_ok(self, x: Exchange) -> HomeView:
        return HomeView.of(x)
