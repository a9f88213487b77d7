"""CORS: pages of the origins that are set can do all that the API can, and others nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

SHOP = "https://shop.example"
LOCAL = "http://[::1]:3000"
THING = "/v1/things/1"
PREFLIGHT = {
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization,content-type,if-match,x-evil",
}


@pytest.fixture
def client_for(make_service: Callable[..., Any]) -> Callable[..., FlaskClient]:
    """Makes clients of an application that these origins may call."""
    return lambda *origins: make_service(cors_origins=origins).app.test_client()


def fields(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}


def varies(answer: Any) -> bool:
    return "origin" in {each.lower() for each in answer.vary}


@pytest.mark.parametrize("origin", [SHOP, LOCAL])
def test_a_page_of_a_listed_origin_may_read(client_for: Callable[..., FlaskClient], origin: str) -> None:
    """All that clients need: entity tags, the next page, what is left of a limit."""
    answer = client_for(SHOP, LOCAL).get(THING, headers={"Origin": origin})
    said = fields(answer)
    assert said["Access-Control-Allow-Origin"] == origin
    exposed = set(said["Access-Control-Expose-Headers"].split(", "))
    assert {
        "Deprecation",
        "ETag",
        "Link",
        "Location",
        "RateLimit",
        "Retry-After",
        "Sunset",
        "WWW-Authenticate",
    } <= exposed
    assert "Access-Control-Allow-Credentials" not in said
    assert varies(answer)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin", [None, "https://evil.example", "https://shop.example.evil", "http://shop.example", "null"]
)
def test_no_other_page_may(client_for: Callable[..., FlaskClient], origin: str | None) -> None:
    """It is answered as anybody, and a cache keeps that answer from the listed ones."""
    answer = client_for(SHOP, LOCAL).get(THING, headers={} if origin is None else {"Origin": origin})
    assert answer.status_code == 200
    assert fields(answer) == {}
    assert varies(answer)


def test_every_page_may_where_every_origin_is_meant(client_for: Callable[..., FlaskClient]) -> None:
    """The answer is then the same for all, so that caches need not tell them apart."""
    client = client_for("*")
    for headers in ({"Origin": SHOP}, {"Origin": "null"}, {}):
        answer = client.get(THING, headers=headers)
        assert fields(answer)["Access-Control-Allow-Origin"] == "*"
        assert not varies(answer)


@pytest.mark.parametrize("origins", [(SHOP,), ("*",)])
def test_a_preflight_is_the_graphs_options(
    client_for: Callable[..., FlaskClient], origins: tuple[str, ...]
) -> None:
    """With what the page may send; it says which methods the resource has, too."""
    answer = client_for(*origins).options(THING, headers={"Origin": SHOP, **PREFLIGHT})
    said = fields(answer)
    assert answer.status_code == 200
    assert answer.headers["Allow"] == "GET, HEAD, DELETE, OPTIONS"
    assert {"PUT", "PATCH", "DELETE"} <= set(said["Access-Control-Allow-Methods"].split(", "))
    assert said["Access-Control-Allow-Headers"] == "authorization, content-type, if-match"
    assert int(said["Access-Control-Max-Age"]) > 0


def test_refusals_can_be_read_by_the_page(client_for: Callable[..., FlaskClient]) -> None:
    """Otherwise its author would see only that something failed."""
    client = client_for(SHOP)
    answers = (
        client.delete(THING, headers={"Origin": SHOP}),
        client.get("/v1/things/999999", headers={"Origin": SHOP}),
        client.get("/v1/nothing", headers={"Origin": SHOP}),
    )
    assert [each.status_code for each in answers] == [401, 404, 404]
    assert {each.headers.get("Access-Control-Allow-Origin") for each in answers} == {SHOP}


def test_only_the_api_can_be_called(client_for: Callable[..., FlaskClient]) -> None:
    """Health is for balancers, which are no browsers."""
    answer = client_for(SHOP).get("/health/live", headers={"Origin": SHOP})
    assert fields(answer) == {}
    assert not varies(answer)


def test_without_origins_nothing_is_said(client: FlaskClient) -> None:
    """The default: pages of other origins cannot call."""
    for answer in (client.get(THING, headers={"Origin": SHOP}), client.options(THING, headers=PREFLIGHT)):
        assert fields(answer) == {}
        assert not varies(answer)
