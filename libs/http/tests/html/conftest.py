"""What the tests of pages share: two resources, their pages, and a strict reader."""

from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from ogrom.http import Exchange, QueryParameters, Resource
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]
VOID = {"meta", "link", "img", "input", "br"}


class Reader(HTMLParser):
    """Reads a page as strictly as XML: each element is closed in its place."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(content.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for name, attrs in self.elements if name == tag and attribute in attrs]


class Draft(Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=6)]
    author_id: Annotated[int, Meta(ge=1)]
    kind: Literal["a", "b"] = "a"


class Wanted(Struct):
    q: str
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    kind: Literal["a", "b"] | None = None
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class CollageResource(Resource[object]):
    """A collage of `products`.

    It says more.

    Attributes:
        shown: for programmers only.
    """

    renderers = BROWSABLE_RENDERERS
    shown: object

    def exists(self, x: X) -> object:
        return self.shown

    def etag(self, x: X) -> int:
        return 7

    def put(self, x: Exchange[object, Draft]) -> object:
        return self.shown

    def handle_ok(self, x: X) -> object:
        return self.shown


@dataclass(frozen=True)
class SearchResource(CollageResource):
    query = QueryParameters(Wanted)


@pytest.fixture(scope="session")
def page() -> Callable[..., tuple[Reader, str]]:
    """Asks a resource, by default the collage, for the page about a value; gives it as read and as text."""

    def page(
        value: object, target: str = "/v1/de-DE/collages/7", resource: Any = CollageResource, **headers: str
    ) -> tuple[Reader, str]:
        sent = {"Accept": "text/html", "Host": "api.example:8080", **headers}
        response = call(resource(value), headers=sent, target=target).response
        return Reader(response.content), response.content.decode()

    return page


@pytest.fixture(scope="session")
def read() -> type[Reader]:
    """Reads the content of a page."""
    return Reader


@pytest.fixture(scope="session")
def collage_resource() -> type[CollageResource]:
    """A resource with an action and an entity tag; it shows what it is made with."""
    return CollageResource


@pytest.fixture(scope="session")
def search_resource() -> type[SearchResource]:
    """One with a query."""
    return SearchResource


@pytest.fixture(scope="session")
def draft() -> type[Draft]:
    """What the action takes."""
    return Draft
