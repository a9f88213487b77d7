"""/users/{user_id}: one user."""

from flask.testing import FlaskClient


def test_a_user_is_the_same_in_every_market(client: FlaskClient) -> None:
    """Only the links lead to what the user made for this one."""
    response = client.get("/de/users/2")
    assert response.headers["ETag"].startswith('"2~')
    assert response.get_json() == {
        "id": 2,
        "name": "Jan",
        "avatar_url": "https://images.example/users/2.jpg",
        "revision": 2,
        "created_at": "2024-02-29T11:58:00.123456Z",
        "links": {"self": "/de/users/2", "collages": "/de/users/2/collages"},
    }
    assert client.get("/gb/users/2").get_json()["name"] == "Jan"


def test_a_user_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    """The ETag has its revision."""
    tag = client.get("/de/users/2").headers["ETag"]
    assert client.get("/de/users/2", headers={"If-None-Match": tag}).status_code == 304
