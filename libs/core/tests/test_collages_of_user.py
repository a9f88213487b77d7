"""/users/{user_id}/collages: what a user made for the market."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/de/users/1", [13, 11, 14]), ("/gb/users/1", [15]), ("/de/users/3", []), ("/gb/users/3", [16])],
)
def test_collages_are_of_one_author_and_one_market(
    client: FlaskClient, url: str, expected: list[int]
) -> None:
    """Newest first; a user who made nothing has an empty list."""
    found = client.get(url + "/collages").get_json()["items"]
    assert [collage["id"] for collage in found] == expected


def test_nobody_made_nothing(client: FlaskClient) -> None:
    """The collages of an unknown user are a 404, not an empty list."""
    assert client.get("/de/users/9/collages").status_code == 404
