"""/products/{product_id}: one product."""

from flask.testing import FlaskClient


def test_a_product_in_the_words_and_the_currency_of_the_market(client: FlaskClient) -> None:
    """With links to itself and to its category."""
    response = client.get("/gb/products/1")
    assert response.headers["ETag"].startswith('"2~')
    assert response.get_json() == {
        "id": 1,
        "title": "Red dress",
        "brand": "Nümph",
        "category_id": 2,
        "price": {"amount": 2000, "currency": "GBP"},
        "image_url": "https://images.example/products/1.jpg",
        "revision": 2,
        "updated_at": "2024-02-29T12:01:00.123456Z",
        "links": {"self": "/gb/products/1", "category": "/gb/categories/2"},
    }
    assert client.get("/de/products/1").get_json()["title"] == "Rotes Kleid"


def test_a_product_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    """To a client with its ETag. Its revision does not tell its form, nor does a date, which is not even sent."""
    first = client.get("/gb/products/1")
    assert "Last-Modified" not in first.headers
    for field, value, status in (
        ("If-None-Match", first.headers["ETag"], 304),
        ("If-None-Match", '"2"', 200),
        ("If-Modified-Since", "Thu, 29 Feb 2024 12:01:00 GMT", 200),
    ):
        assert client.get("/gb/products/1", headers={field: value}).status_code == status


def test_nobody_writes_products(client: FlaskClient) -> None:
    """The API only shows them."""
    response = client.delete("/gb/products/1")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
