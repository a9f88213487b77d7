"""No endpoint asks the database more often because there is more to show."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from ogrom.http.definition import allowed_methods
from ogrom.run.container import Container

MANY = 20


class Market:
    """A market with a collage of one product and one of twenty, and a user who made twenty collages."""

    def __init__(self, client: FlaskClient, sent: list[str]) -> None:
        self.client = client
        self.sent = sent
        self.collages = [self.made("/collages", draft(MANY)) for _ in range(MANY)]
        self.small, self.large = self.made("/collages", draft(1)), self.collages[0]
        for _ in range(MANY):
            self.made(f"/collages/{self.large}/comments", remark())

    def ask(self, method: str, path: str, json: object = None) -> Any:
        headers = {}
        if method in ("PUT", "PATCH", "DELETE"):
            headers["If-Match"] = self.client.get(f"/v1/de-DE{path}").headers.get("ETag", "*")
        del self.sent[:]
        if method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        return self.client.open(f"/v1/de-DE{path}", method=method, json=json, headers=headers)

    def made(self, path: str, json: object) -> int:
        answer = self.ask("POST", path, json)
        assert answer.status_code == 201, answer.json
        id: int = answer.json["id"]
        return id

    def cost(self, method: str, path: str, json: object = None) -> int:
        """How many statements the answer takes."""
        answer = self.ask(method, path, json)
        assert answer.status_code in (200, 201, 204), answer.text
        return len(self.sent)


def draft(placements: int) -> dict[str, Any]:
    placed = {"x": 0.1, "y": 0.1, "width": 0.1, "height": 0.1, "rotation": 0, "z": 0}
    products = [{"product_id": 1 + number, **placed} for number in range(placements)]
    return {"author_id": 1, "title": "Sommer", "placements": products}


def remark() -> dict[str, Any]:
    return {"author_id": 1, "text": "Schön"}


def pages(path: str) -> Callable[[Market], tuple[Any, Any]]:
    def both(market: Market) -> tuple[Any, Any]:
        filled = path.format(collage=market.large)
        mark = "&" if "?" in filled else "?"
        return (f"{filled}{mark}limit=1", None), (f"{filled}{mark}limit={MANY}", None)

    return both


def same(path: str, json: object = None) -> Callable[[Market], tuple[Any, Any]]:
    return lambda market: (
        (path.format(collage=market.small), json),
        (path.format(collage=market.large), json),
    )


def drafts(path: str) -> Callable[[Market], tuple[Any, Any]]:
    return lambda market: (
        (path.format(collage=market.small), draft(1)),
        (path.format(collage=market.large), draft(MANY)),
    )


def identical(requests: int) -> dict[str, Any]:
    return {"requests": [{"id": f"r{number}", "path": "/products/1"} for number in range(requests)]}


def changes(market: Market) -> tuple[Any, Any]:
    placements = draft(MANY)["placements"]
    few, many = {"placements": placements[:1]}, {"placements": placements}
    return (f"/collages/{market.small}", few), (f"/collages/{market.large}", many)


def category(market: Market) -> tuple[Any, Any]:
    items = market.ask("GET", "/categories").json["items"]
    return (f"/categories/{items[0]['id']}", None), (f"/categories/{items[-1]['id']}", None)


def outcomes_of_writes(market: Market) -> tuple[Any, Any]:
    for placements in (1, MANY):
        market.client.post(
            "/v1/de-DE/collages", json=draft(placements), headers={"Idempotency-Key": f'"{placements}"'}
        )
    return ("/writes?key=1", None), (f"/writes?key={MANY}", None)


# By endpoint and method, how a request with little and one with much is made.
REQUESTS: Mapping[tuple[str, str], Callable[[Market], tuple[Any, Any]]] = {
    ("index", "GET"): same("/"),
    ("products", "GET"): pages("/products"),
    ("product", "GET"): same("/products/1"),
    ("categories", "GET"): same("/categories"),
    ("category", "GET"): category,
    ("collages", "GET"): pages("/collages"),
    ("collages", "POST"): drafts("/collages"),
    ("collage", "GET"): same("/collages/{collage}"),
    ("collage", "PUT"): drafts("/collages/{collage}"),
    ("collage", "PATCH"): changes,
    ("collage", "DELETE"): same("/collages/{collage}"),
    ("collage_comments", "GET"): pages("/collages/{collage}/comments"),
    ("collage_comments", "POST"): same("/collages/{collage}/comments", remark()),
    ("comments", "GET"): pages("/comments"),
    ("comment", "GET"): same("/comments/1"),
    ("comment", "DELETE"): lambda market: (("/comments/1", None), ("/comments/2", None)),
    ("likes", "GET"): same("/collages/{collage}/likes"),
    ("like", "PUT"): same("/collages/{collage}/likes/1"),
    ("like", "DELETE"): same("/collages/{collage}/likes/1"),
    ("users", "GET"): lambda market: (("/users?ids=1", None), ("/users?ids=1,2,3,4,5", None)),
    ("user", "GET"): same("/users/1"),
    ("user_collages", "GET"): pages("/users/1/collages"),
    ("search", "GET"): pages("/search?q=sommer"),
    ("write", "GET"): outcomes_of_writes,
    ("batch", "POST"): lambda market: (("/batch", identical(1)), ("/batch", identical(MANY))),
}


@pytest.fixture
def container(make_container: Callable[..., Container], own_store: str) -> Container:
    return make_container(own_store, said={"cache_records": 0})


@pytest.fixture
def market(
    container: Container,
    statements: Callable[[Container], list[str]],
    as_moderator: Callable[[FlaskClient], FlaskClient],
) -> Market:
    return Market(as_moderator(container.app().test_client()), statements(container))


@pytest.mark.parametrize(("name", "method"), REQUESTS)
def test_twenty_cost_as_many_statements_as_one(market: Market, name: str, method: str) -> None:
    """Whether items of a page or parts of what is written."""
    (few, little), (many, much) = REQUESTS[name, method](market)
    assert market.cost(method, few, little) == market.cost(method, many, much)


@pytest.mark.parametrize(
    "path",
    [
        *("/products?limit=20", "/products?ids=1,2,3", "/products?category_id=100"),
        *("/collages?limit=20", "/search?q=sommer"),
    ],
)
def test_a_page_is_one_statement(market: Market, path: str) -> None:
    """With all that its items are made of."""
    assert market.cost("GET", path) == 1


def test_no_endpoint_is_left_out(container: Container) -> None:
    """Whoever adds one says here how much it can be asked for."""
    there = {
        (each.name, method)
        for each in container.endpoints()
        for method in allowed_methods(type(each.resource))
        if method not in ("HEAD", "OPTIONS")
    }
    assert set(REQUESTS) == there
