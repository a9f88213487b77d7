"""/collages/{collage_id}/comments: what was said under a collage."""

import pytest
from flask.testing import FlaskClient

URL = "/de/collages/12/comments"


def test_a_new_comment_is_shown_with_its_url(client: FlaskClient) -> None:
    """The 201 has the representation that a GET of Location gives."""
    made = client.post(URL, json={"author_id": 2, "text": "Schön 🌷"})
    assert made.status_code == 201
    assert made.headers["Location"] == made.get_json()["links"]["self"]
    read = client.get(made.headers["Location"])
    assert (read.get_json(), read.headers["ETag"]) == (made.get_json(), made.headers["ETag"])
    assert (made.get_json()["text"], made.get_json()["collage_id"]) == ("Schön 🌷", 12)


def test_a_new_comment_is_the_first_of_the_list(client: FlaskClient) -> None:
    """Under its collage and among all."""
    made = client.post(URL, json={"author_id": 2, "text": "Schön"}).get_json()
    assert client.get(URL + "?limit=1").get_json()["items"] == [made]
    assert client.get("/de/comments?limit=1").get_json()["items"] == [made]


@pytest.mark.parametrize("collage_id", [999_999, 15])
def test_nothing_is_said_under_no_collage(client: FlaskClient, collage_id: int) -> None:
    """Neither read nor written, also where only another market has the collage."""
    url = f"/de/collages/{collage_id}/comments"
    assert client.get(url).status_code == 404
    assert client.post(url, json={"author_id": 2, "text": "Hallo?"}).status_code == 404


def test_a_comment_does_not_touch_its_collage(client: FlaskClient) -> None:
    """The collage keeps its ETag, so a like does not get in the way of an edit."""
    before = client.get("/de/collages/12").headers["ETag"]
    client.post(URL, json={"author_id": 2, "text": "Schön"})
    assert client.get("/de/collages/12").headers["ETag"] == before
