"""/collages/{collage_id}/likes/{user_id}: a user likes a collage."""

import pytest
from flask.testing import FlaskClient

URL = "/de/collages/12/likes/1"


def count(client: FlaskClient) -> int:
    likes: int = client.get("/de/collages/12/likes").get_json()["count"]
    return likes


def test_liking_twice_is_liking_once(client: FlaskClient) -> None:
    """The first PUT made something, the second found it."""
    first, second = client.put(URL), client.put(URL)
    assert (first.status_code, first.data) == (201, b"")
    assert (second.status_code, second.data) == (204, b"")
    assert [each.headers["Ogrom-Changed"] for each in (first, second)] == ["?1", "?0"]
    assert count(client) == 1


def test_a_like_can_be_taken_back_at_any_time(client: FlaskClient) -> None:
    """A DELETE is a 204 whether there was one or not; a field says which."""
    client.put(URL)
    answers = [client.delete(URL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert [answer.headers["Ogrom-Changed"] for answer in answers] == ["?1", "?0", "?0"]
    assert count(client) == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "url", ["/de/collages/999/likes/1", "/de/collages/15/likes/1", "/de/collages/12/likes/9"]
)
def test_there_must_be_a_collage_and_a_user(client: FlaskClient, method: str, url: str) -> None:
    """Otherwise it is a 404, and nothing is stored."""
    assert client.open(url, method=method).status_code == 404
    assert count(client) == 0


def test_a_like_is_only_written(client: FlaskClient) -> None:
    """The count can be read."""
    response = client.get(URL)
    assert (response.status_code, response.headers["Allow"]) == (405, "PUT, DELETE, OPTIONS")
