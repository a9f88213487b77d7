"""/search: full text search."""

import pytest
from flask.testing import FlaskClient


def test_a_hit_links_to_what_it_is(client: FlaskClient) -> None:
    """Products and collages alike."""
    hits = [client.get(f"/gb/search?q={word}").get_json()["items"] for word in ("trainers", "beach")]
    assert hits == [
        [{"kind": "product", "id": 7, "title": "White trainers", "links": {"self": "/gb/products/7"}}],
        [
            {
                "kind": "collage",
                "id": 16,
                "title": "For the beach, in white",
                "links": {"self": "/gb/collages/16"},
            }
        ],
    ]
    for [hit] in hits:
        assert client.get(hit["links"]["self"]).get_json()["title"] == hit["title"]


@pytest.mark.parametrize("query", ["", "?q=", "?limit=3", "?q=" + "x" * 1001, "?q=%FF"])
def test_words_are_required(client: FlaskClient, query: str) -> None:
    """From 1 to 1,000 characters in UTF-8; otherwise a 400 that names `q`."""
    response = client.get("/gb/search" + query)
    assert response.status_code == 400
    assert [error["parameter"] for error in response.get_json()["errors"]] == ["q"]


@pytest.mark.parametrize("query", ["%20", "%25", "%00", "%F0%9F%8C%B7", "%22", "'%3B--"])
def test_what_has_no_word_finds_nothing(client: FlaskClient, query: str) -> None:
    """Whatever was typed, it is no error."""
    response = client.get(f"/gb/search?q={query}")
    assert (response.status_code, response.get_json()["items"]) == (200, [])
