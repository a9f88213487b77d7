"""/users: users by their ids."""

import pytest
from flask.testing import FlaskClient


def test_users_by_ids_come_in_the_order_of_the_request(client: FlaskClient) -> None:
    """Once each, without those that do not exist, each as its own URL shows it."""
    response = client.get("/gb/users?ids=3,1,999,3")
    assert response.status_code == 200
    assert response.get_json() == {
        "items": [client.get(f"/gb/users/{id}").get_json() for id in (3, 1)],
        "next": None,
        "links": {"self": "/gb/users?ids=3,1,999,3"},
    }


def test_users_that_did_not_change_are_not_sent_again(client: FlaskClient) -> None:
    """The ETag is that of the very users that were found."""
    tag = client.get("/gb/users?ids=1,2").headers["ETag"]
    assert client.get("/gb/users?ids=1,2", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/gb/users?ids=1,3", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("query", ["", "ids=0", "ids=x", "ids=" + ",".join(map(str, range(1, 102)))])
def test_ids_are_needed(client: FlaskClient, query: str) -> None:
    """Up to 100 of them: there is no list of all users."""
    response = client.get(f"/gb/users?{query}")
    assert response.status_code == 400
    assert {error["parameter"] for error in response.get_json()["errors"]} == {"ids"}
