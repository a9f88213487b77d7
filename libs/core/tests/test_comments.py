"""/comments: what was said in the market."""

from flask.testing import FlaskClient


def test_the_comments_of_a_market_are_its_own(client: FlaskClient) -> None:
    """Newest first; the talk's own example."""
    found = client.get("/gb/comments").get_json()["items"]
    assert [(comment["id"], comment["text"]) for comment in found] == [(26, "So green"), (25, "Lovely")]


def test_the_filter_gives_what_the_collage_has(client: FlaskClient) -> None:
    """Both ways lead to the same comments."""
    by_filter = client.get("/de/comments?collage_id=11").get_json()["items"]
    assert by_filter == client.get("/de/collages/11/comments").get_json()["items"]


def test_comments_are_made_under_a_collage_only(client: FlaskClient) -> None:
    """The list of all takes none."""
    assert client.post("/de/comments", json={}).status_code == 405
