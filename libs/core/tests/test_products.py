"""/products: filters, and products by their ids."""

import pytest
from flask.testing import FlaskClient


def ids(client: FlaskClient, query: str) -> list[int]:
    response = client.get(f"/de/products?{query}")
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.get_json()["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category_id=1", [1, 2, 3, 5, 6, 7]),
        ("category_id=2", [1, 2, 3]),
        ("brand=n%C3%BCmph", [2]),
        ("collage_id=12", [1, 3, 5]),
        ("collage_id=15", []),
        ("category_id=2&brand=N%C3%BCmph&collage_id=11", [1, 3]),
    ],
)
def test_filters_are_all_met(client: FlaskClient, query: str, expected: list[int]) -> None:
    """Each narrows the list, a category to what is in it and below it; what another market has meets none."""
    assert ids(client, query) == expected


def test_products_by_ids_come_in_the_order_of_the_request(client: FlaskClient) -> None:
    """Once each, without those that the market does not sell, and whatever the limit."""
    assert ids(client, "ids=7,2,4,2,999999,1&limit=1") == [7, 2, 1]


@pytest.mark.parametrize("text", ["1,", ",", "0", "x", "1,2,x", "1 2", ",".join(map(str, range(1, 102)))])
def test_bad_ids_are_refused(client: FlaskClient, text: str) -> None:
    """Up to 100 ids, divided by commas."""
    response = client.get(f"/de/products?ids={text}")
    assert response.status_code == 400
    assert {error["parameter"] for error in response.get_json()["errors"]} == {"ids"}


def test_a_brand_is_no_longer_than_stores_keep(client: FlaskClient) -> None:
    """A cache keeps the question beside its answer, so that what anybody makes up is bounded."""
    assert client.get("/de/products", query_string={"brand": "x" * 255}).status_code == 200
    assert client.get("/de/products", query_string={"brand": "x" * 256}).status_code in {400, 422}


def test_a_hundred_ids_are_one_page(client: FlaskClient) -> None:
    """A client that shows a collage of 100 products asks once."""
    response = client.get("/de/products?ids=" + ",".join(map(str, range(1, 101))))
    assert [item["id"] for item in response.get_json()["items"]] == [1, 2, 3, 5, 6, 7]
    assert response.get_json()["next"] is None


def test_no_ids_are_no_products(client: FlaskClient) -> None:
    """An empty list of ids gives an empty page, not every product."""
    assert ids(client, "ids=") == []


def test_ids_stand_alone(client: FlaskClient) -> None:
    """A filter beside them is refused, not passed over."""
    response = client.get("/de/products?ids=1&brand=x&cursor=y")
    assert response.status_code == 400
    assert response.get_json()["errors"] == [
        {"parameter": "cursor", "detail": "cursor cannot be combined with ids"},
        {"parameter": "brand", "detail": "brand cannot be combined with ids"},
    ]
