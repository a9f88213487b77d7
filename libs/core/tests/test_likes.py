"""/collages/{collage_id}/likes: how many users like a collage."""

from flask.testing import FlaskClient


def test_likes_are_counted(client: FlaskClient) -> None:
    """With a template for the like of any user."""
    assert client.get("/de/collages/11/likes").get_json() == {
        "collage_id": 11,
        "count": 2,
        "links": {"self": "/de/collages/11/likes", "collage": "/de/collages/11"},
        "templates": {"like": "/de/collages/11/likes/{user_id}"},
    }


def test_a_collage_that_nobody_likes_has_no_likes(client: FlaskClient) -> None:
    """That is a count of 0, not a 404."""
    response = client.get("/de/collages/12/likes")
    assert (response.status_code, response.get_json()["count"]) == (200, 0)


def test_the_template_leads_to_a_like(client: FlaskClient) -> None:
    """Filled with a user's id."""
    template = client.get("/de/collages/12/likes").get_json()["templates"]["like"]
    assert client.put(template.replace("{user_id}", "1")).status_code == 201
    assert client.get("/de/collages/12/likes").get_json()["count"] == 1


def test_a_like_does_not_touch_the_collage(client: FlaskClient) -> None:
    """The collage keeps its ETag, the likes get a new one."""
    before = client.get("/de/collages/12"), client.get("/de/collages/12/likes")
    client.put("/de/collages/12/likes/1")
    after = client.get("/de/collages/12"), client.get("/de/collages/12/likes")
    assert before[0].headers["ETag"] == after[0].headers["ETag"]
    assert before[1].headers["ETag"] != after[1].headers["ETag"]
