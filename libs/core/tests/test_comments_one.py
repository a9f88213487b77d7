"""/comments/{comment_id}: one comment."""

from flask.testing import FlaskClient

URL = "/de/comments/21"


def test_a_comment_links_to_all_that_it_is_about(client: FlaskClient) -> None:
    """Its collage, its author and the collage's products."""
    response = client.get(URL)
    assert response.headers["ETag"].startswith('"21~')
    assert response.get_json() == {
        "id": 21,
        "collage_id": 11,
        "author_id": 2,
        "text": "Schön 🌷",
        "created_at": "2024-02-29T12:50:00.123456Z",
        "links": {
            "self": "/de/comments/21",
            "collage": "/de/collages/11",
            "author": "/de/users/2",
            "products": "/de/products?collage_id=11",
        },
    }


def test_a_deleted_comment_is_gone(client: FlaskClient) -> None:
    """From its URL and from every list."""
    assert client.delete(URL).status_code == 204
    assert client.get(URL).status_code == 404
    assert client.delete(URL).status_code == 404
    assert 21 not in [item["id"] for item in client.get("/de/comments").get_json()["items"]]


def test_a_comment_of_another_market_cannot_be_deleted(client: FlaskClient) -> None:
    """It is not found, and stays."""
    assert client.delete("/gb/comments/21").status_code == 404
    assert client.get(URL).status_code == 200
