"""The representation of the API's first page, from which a client finds everything else."""

from typing import ClassVar

from msgspec import Struct

from ..resource import Exchange


class HomeLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The lists to begin with."""

    itself: str
    products: str
    categories: str
    collages: str
    comments: str


class HomeTemplates(Struct, frozen=True, kw_only=True):
    """URI templates (RFC 6570): links that want something of the client first."""

    products: str
    comments: str
    search: str


class HomeView(Struct, frozen=True, kw_only=True):
    """Where a client begins in the market of the URL."""

    locale: str
    links: HomeLinks
    templates: HomeTemplates

    links_to: ClassVar[tuple[str, ...]] = (
        "index",
        "products",
        "categories",
        "collages",
        "comments",
        "search",
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
        templates = HomeTemplates(
            products=links.products + "{?category_id,brand,collage_id,ids,limit}",
            comments=links.comments + "{?collage_id,limit}",
            search=x.link("search") + "{?q,limit}",
        )
        return cls(locale=x.context.locale, links=links, templates=templates)
