from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, strategies as st
from msgspec import Struct

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, QueryParameters, Resource
from ogrom.http.exchange import Exchange as Exchange_
from ogrom.http.routing import variables
from ogrom.http.testing import Request

X = Exchange[Any, Any, Any]


class Filter(Struct, frozen=True):
    q: str | None = None
    limit: int = 20


class Read(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return 1


class Index(Read):
    links_to = ("product", "user", "like", "products")


class Product(Read):
    product_id = PathParameter()


class Products(Read):
    query = QueryParameters(Filter)


class User(Read):
    name = PathParameter(str)
    query = QueryParameters(Filter)


class Like(Read):
    collage_id = PathParameter()
    name = PathParameter(str)


MOUNT = Mount(
    "/v1/de-DE",
    (
        Endpoint("index", "/", Index()),
        Endpoint("product", "/products/{product_id}", Product()),
        Endpoint("products", "/products", Products()),
        Endpoint("user", "/users/{name}", User()),
        Endpoint("like", "/collages/{collage_id}/likes/{name}", Like()),
    ),
)


def exchange(root: str = "", endpoint: str = "index") -> X:
    return Exchange_(
        Request(root=root), endpoint="test", context=None, arguments={}, links=MOUNT.links[endpoint]
    )


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("index", {}, "/v1/de-DE/"),
        ("product", {"product_id": 7}, "/v1/de-DE/products/7"),
        ("product", {"product_id": 7, "limit": None}, "/v1/de-DE/products/7"),
        ("products", {}, "/v1/de-DE/products"),
        ("products", {"q": None, "limit": None}, "/v1/de-DE/products"),
        (
            "products",
            {"q": "a&b=c ü/?#", "limit": 5},
            "/v1/de-DE/products?q=a%26b%3Dc%20%C3%BC%2F%3F%23&limit=5",
        ),
        ("user", {"name": "a/b c%ü"}, "/v1/de-DE/users/a%2Fb%20c%25%C3%BC"),
        ("user", {"name": "a", "q": "b"}, "/v1/de-DE/users/a?q=b"),
        ("like", {"collage_id": 7, "name": "%s%d"}, "/v1/de-DE/collages/7/likes/%25s%25d"),
    ],
)
def test_links(name: str, parameters: dict[str, object], expected: str) -> None:
    """A link is the endpoint's path with everything quoted, and a query of what is left and not None."""
    assert exchange().link(name, **parameters) == expected


def test_links_begin_at_the_root() -> None:
    """Where the service is below a path of the server, its links are too."""
    assert exchange(root="/shop").link("product", product_id=7) == "/shop/v1/de-DE/products/7"


@pytest.mark.parametrize(
    ("endpoint", "name", "parameters", "message"),
    [
        ("index", "product", {}, "a link to 'product' needs the parameter 'product_id'"),
        ("index", "product", {"id": 7}, "a link to 'product' needs the parameter 'product_id'"),
        ("index", "like", {"name": "a"}, "a link to 'like' needs the parameter 'collage_id'"),
        (
            "index",
            "products",
            {"Q": "a"},
            r"the endpoint reads no query parameter 'Q', only \['limit', 'q'\]",
        ),
        (
            "index",
            "product",
            {"product_id": 7, "q": 1},
            r"the endpoint reads no query parameter 'q', only \[\]",
        ),
        (
            "product",
            "index",
            {},
            r"no link to 'index' is declared; add it to links_to, which names \['product'\]",
        ),
    ],
)
def test_wrong_links_say_what_is_wrong(
    endpoint: str, name: str, parameters: dict[str, object], message: str
) -> None:
    """A link that no client could follow is an error where it is built."""
    with pytest.raises(LookupError, match=message):
        exchange(endpoint=endpoint).link(name, **parameters)


def test_a_resource_may_link_to_itself() -> None:
    """A link to the resource's own endpoint need not be declared."""
    assert exchange(endpoint="product").link("product", product_id=8) == "/v1/de-DE/products/8"


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_segment_stays_one_segment(name: str) -> None:
    """Whatever a name has in it, its link has one more segment, which decodes to the name."""
    link = exchange().link("user", name=name)
    head, _, segment = link.rpartition("/")
    assert head == "/v1/de-DE/users"
    assert unquote(segment) == name
    assert segment.isascii()
    assert not {"?", "#", " "} & set(segment)


def test_variables_stand_in_order() -> None:
    """The names in a template are read from left to right."""
    assert variables("/a/{b}/c/{d_e}") == ["b", "d_e"]
