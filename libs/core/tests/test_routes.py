"""The API as a whole: its endpoints are independent, injected, path-agnostic values."""

import importlib
import pkgutil
from dataclasses import FrozenInstanceError, fields, replace
from types import ModuleType
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

import ogrom.core.routes
from ogrom.core import Sources, assemble
from ogrom.core.products import ProductResource
from ogrom.http import Endpoint, Mount
from ogrom.http.flask import blueprint
from ogrom.protocols.context import Context
from ogrom.protocols.testing import CATALOGUE, DE, MemorySources
from ogrom.protocols.waiting import BLOCKING

ROUTES = {
    "/": ("GET", "HEAD"),
    "/products": ("GET", "HEAD"),
    "/products/{product_id}": ("GET", "HEAD"),
    "/categories": ("GET", "HEAD"),
    "/categories/{category_id}": ("GET", "HEAD"),
    "/collages": ("GET", "HEAD", "POST"),
    "/collages/{collage_id}": ("GET", "HEAD", "PUT", "PATCH", "DELETE"),
    "/collages/{collage_id}/comments": ("GET", "HEAD", "POST"),
    "/comments": ("GET", "HEAD"),
    "/comments/{comment_id}": ("GET", "HEAD", "DELETE"),
    "/collages/{collage_id}/likes": ("GET", "HEAD"),
    "/collages/{collage_id}/likes/{user_id}": ("PUT", "DELETE"),
    "/users": ("GET", "HEAD"),
    "/users/{user_id}": ("GET", "HEAD"),
    "/users/{user_id}/collages": ("GET", "HEAD"),
    "/search": ("GET", "HEAD"),
    "/writes": ("GET", "HEAD"),
    "/batch": ("POST",),
}
IDS = {"product_id": 1, "category_id": 1, "collage_id": 11, "comment_id": 21, "user_id": 1}


def product(sources: Sources) -> Endpoint:
    return next(each for each in assemble(sources) if each.name == "product")


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(ogrom.core.__path__, "ogrom.core.")
    return [ogrom.core, *(importlib.import_module(each.name) for each in found)]


def links(document: Any) -> list[str]:
    """Every link in a document: the values of `links`, and `next`."""
    if isinstance(document, list):
        return [link for item in document for link in links(item)]
    if not isinstance(document, dict):
        return []
    own = [*document.get("links", {}).values(), document.get("next")]
    return [link for link in own if link is not None] + links(list(document.values()))


def crawl(client: FlaskClient, start: str) -> set[str]:
    """Follow every link there is from a URL; all of them answer."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        url = waiting.pop()
        if url not in seen:
            seen.add(url)
            response = client.get(url)
            assert response.status_code == 200, url
            waiting += links(response.get_json())
    return seen


def test_routes_and_methods_are_those_of_the_design(client: FlaskClient, sources: Sources) -> None:
    """Each endpoint has a path of its own and answers OPTIONS with what it can do."""
    assert sorted(endpoint.path for endpoint in assemble(sources)) == sorted(ROUTES)
    for path, methods in ROUTES.items():
        response = client.options("/de" + path.format(**IDS))
        assert response.headers["Allow"] == ", ".join((*methods, "OPTIONS"))


@pytest.mark.parametrize(("prefix", "other"), [("/de/", "/gb/"), ("/gb/", "/de/")])
def test_every_link_leads_somewhere_in_its_own_market(client: FlaskClient, prefix: str, other: str) -> None:
    """From the home document a client comes to everything, and never into another market."""
    seen = crawl(client, prefix)
    assert all(url.startswith(prefix) for url in seen)
    for kind in ("products/", "categories/", "collages/", "comments/", "users/"):
        assert any(url.startswith(prefix + kind) for url in seen), kind
    assert any(url.endswith("/likes") for url in seen)


def test_every_thing_of_a_market_is_found_by_links(client: FlaskClient) -> None:
    """Products, collages, comments and users of the catalogue alike."""
    seen = crawl(client, "/de/")
    things = {f"/de/products/{record.id}" for record in CATALOGUE.products if DE in record.offers}
    things |= {f"/de/collages/{collage.id}" for collage in CATALOGUE.collages if collage.locale == DE}
    things |= {f"/de/comments/{comment.id}" for comment in CATALOGUE.comments if comment.locale == DE}
    assert things <= seen


@pytest.mark.parametrize("script_name", ["", "/shop"])
def test_endpoints_know_no_path(sources: Sources, script_name: str) -> None:
    """The same values serve under two prefixes of one application, and under any root."""
    endpoints = assemble(sources)
    app = flask.Flask("twice")
    for name, prefix in (("a", "/a/b"), ("root", "")):
        mount = Mount(prefix, endpoints)
        app.register_blueprint(blueprint(name, mount, context=lambda _: Context(locale=DE)))
    client = app.test_client()
    environment = {"SCRIPT_NAME": script_name}
    for prefix in ("/a/b", ""):
        home = client.get(prefix + "/", environ_overrides=environment).get_json()
        assert home["links"]["products"] == f"{script_name}{prefix}/products"
        assert len(crawl(client, prefix + "/")) > 40


def test_endpoints_are_values(sources: Sources) -> None:
    """Equal if made of the same sources, usable in sets, with a repr that says what they are."""
    assert assemble(sources) == assemble(sources)
    assert len({*assemble(sources), *assemble(sources)}) == len(ROUTES)
    others = replace(sources, products=MemorySources(CATALOGUE).products)
    assert product(sources) != product(others)
    assert repr(product(sources)).startswith(
        "Endpoint(name='product', path='/products/{product_id}', resource=ProductResource(products="
    )


def test_a_changed_endpoint_is_another_value(sources: Sources) -> None:
    """`dataclasses.replace` gives it another path or another source, and leaves the first as it was."""
    before = product(sources)
    moved = replace(before, path="/goods/{product_id}")
    other = replace(before, resource=ProductResource(MemorySources(CATALOGUE).products))
    assert len({before, moved, other}) == 3
    assert before == product(sources)


def test_resources_hold_what_was_injected_and_nothing_else(sources: Sources) -> None:
    """They are frozen, and their fields are sources, or how a batch waits."""
    injected = {id(getattr(sources, field.name)) for field in fields(sources)} | {id(BLOCKING)}
    for endpoint in assemble(sources):
        resource: Any = endpoint.resource
        assert set(vars(resource)) == {field.name for field in fields(resource)}
        assert all(id(getattr(resource, field.name)) in injected for field in fields(resource) if field.init)
        with pytest.raises(FrozenInstanceError):
            resource.cache = "no-store"


def is_changeable_value(value: object) -> bool:
    parameters: Any = getattr(type(value), "__dataclass_params__", None)
    return parameters is not None and not parameters.frozen


def test_no_module_has_state() -> None:
    """Nothing in a module can be changed: there are only definitions and constants."""
    changeable = (list, dict, set, bytearray)
    for module in modules():
        state = [
            name
            for name, value in vars(module).items()
            if not name.startswith("__") and (isinstance(value, changeable) or is_changeable_value(value))
        ]
        assert state == [], module.__name__


def test_endpoints_import_neither_one_another_nor_a_framework() -> None:
    """An endpoint can be taken away without the others noticing."""
    nouns = {resource.__module__ for _, _, resource in ogrom.core.routes.ROUTES}
    assert len(nouns) == 10
    for module in modules():
        if module.__name__ in nouns:
            used = {getattr(value, "__module__", "") for value in vars(module).values()}
            used |= {value.__name__ for value in vars(module).values() if isinstance(value, ModuleType)}
            assert not used & (nouns - {module.__name__})
            assert not any(name.partition(".")[0] == "flask" for name in used if name)


def test_a_capability_that_a_store_lacks_is_not_mounted(sources: Sources) -> None:
    """Nor is anything else that needs it."""
    nothing: Any = None
    lacking = replace(sources, likes=nothing)
    assert {each.name for each in assemble(sources)} - {each.name for each in assemble(lacking)} == {
        "likes",
        "like",
    }


def test_an_endpoint_works_alone(sources: Sources) -> None:
    """One may be mounted with only those that it links to."""
    wanted = {"product", "category", "products"}
    some: tuple[Endpoint, ...] = tuple(each for each in assemble(sources) if each.name in wanted)
    app = flask.Flask("some")
    app.register_blueprint(blueprint("some", Mount("", some), context=lambda _: Context(locale=DE)))
    assert app.test_client().get("/products/1").status_code == 200
