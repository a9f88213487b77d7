"""/categories/{category_id}: one category."""

from flask.testing import FlaskClient


def test_a_category_in_the_language_of_the_market(client: FlaskClient) -> None:
    """With links to itself, its parent and its products."""
    response = client.get("/gb/categories/2")
    assert response.headers["ETag"].startswith('"1~')
    assert response.get_json() == {
        "id": 2,
        "parent_id": 1,
        "name": "Dresses",
        "revision": 1,
        "updated_at": "2024-02-29T12:00:00.123456Z",
        "links": {
            "self": "/gb/categories/2",
            "parent": "/gb/categories/1",
            "products": "/gb/products?category_id=2",
        },
    }


def test_a_root_has_no_parent(client: FlaskClient) -> None:
    """The link is null, not missing, so that every category has the same form."""
    category = client.get("/gb/categories/1").get_json()
    assert category["parent_id"] is None
    assert category["links"]["parent"] is None
