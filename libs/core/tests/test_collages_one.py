"""/collages/{collage_id}: one collage, and the races over it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources
from ogrom.protocols.context import Context
from ogrom.protocols.models import CollageDraft, Placement

URL = "/de/collages/11"
PLACEMENT = {"product_id": 2, "x": 0.5, "y": 0.25, "width": 0.25, "height": 0.5, "rotation": 12.5, "z": 3}
DRAFT: dict[str, object] = {"author_id": 2, "title": "Neu", "placements": [PLACEMENT]}
FASTER = CollageDraft(
    author_id=3, title="Faster", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
)
WRITES: list[tuple[str, object]] = [("PUT", DRAFT), ("PATCH", {"title": "Neu"}), ("DELETE", None)]


def test_a_collage_links_to_all_that_belongs_to_it(client: FlaskClient) -> None:
    """Its author, products, comments and likes."""
    collage = client.get("/de/collages/13").get_json()
    assert collage == {
        "id": 13,
        "author_id": 1,
        "title": "Für den Strand",
        "placements": [
            {
                "product_id": 2,
                "x": 0.0,
                "y": 1 / 3,
                "width": 0.25,
                "height": 0.5,
                "rotation": -12.5,
                "z": 0,
            }
        ],
        "revision": 1,
        "created_at": "2024-02-29T12:20:00.123456Z",
        "updated_at": "2024-02-29T12:21:00.123456Z",
        "links": {
            "self": "/de/collages/13",
            "author": "/de/users/1",
            "products": "/de/products?collage_id=13",
            "comments": "/de/collages/13/comments",
            "likes": "/de/collages/13/likes",
        },
    }


@pytest.mark.parametrize("path", ["/de/collages/13", "/de/collages", "/de/users/1/collages"])
def test_a_page_shows_what_is_placed(client: FlaskClient, path: str) -> None:
    """A collage is drawn for people, by itself and in lists; what programs get stays as it is."""
    image = "https://images.example/products/2.jpg"
    page = client.get(path, headers={"Accept": "text/html"}).text
    assert f'<image href="{image}" x="0.0" y="333.3" width="250.0" height="500.0" ' in page
    assert 'transform="rotate(-12.5 125.0 583.3)"' in page
    assert image not in client.get(path).text


def test_a_page_shows_what_was_written(client: FlaskClient) -> None:
    """A POST or PUT that is answered by a page draws the new collage."""
    html = {"Accept": "text/html"}
    put = client.put(URL, json=DRAFT, headers={**html, "If-Match": '"1"'})
    for sent in (put, client.post("/de/collages", json=DRAFT, headers=html)):
        assert (sent.status_code // 100, 'x="500.0" y="250.0"' in sent.text) == (2, True)


def test_a_put_replaces_and_shows_the_collage(client: FlaskClient) -> None:
    """The 200 has the new representation with its new ETag, as a GET has them."""
    put = client.put(URL, json=DRAFT, headers={"If-Match": '"1"'})
    got = client.get(URL)
    assert (put.status_code, put.headers["ETag"][:3], put.headers["Content-Location"]) == (200, '"2~', URL)
    assert (put.data, put.headers["ETag"]) == (got.data, got.headers["ETag"])
    assert {name: got.get_json()[name] for name in DRAFT} == DRAFT


def test_what_was_read_can_be_put_back(client: FlaskClient) -> None:
    """Author, title and placements are shown in the form in which they are written."""
    before = client.get(URL)
    own = {"revision": 2, "updated_at": ""}
    draft = {name: before.get_json()[name] for name in DRAFT}
    after = client.put(URL, json=draft, headers={"If-Match": before.headers["ETag"]})
    assert {**after.get_json(), "updated_at": ""} == {**before.get_json(), **own}


@pytest.mark.parametrize("type", ["application/merge-patch+json", "application/json"])
def test_a_patch_changes_what_it_names(client: FlaskClient, type: str) -> None:
    """The rest stays."""
    before = client.get(URL).get_json()
    patched = client.patch(URL, data=b'{"title": "Neu"}', content_type=type, headers={"If-Match": '"1"'})
    assert (patched.status_code, patched.headers["ETag"][:3]) == (200, '"2~')
    changed = {"title": "Neu", "revision": 2, "updated_at": patched.get_json()["updated_at"]}
    assert patched.get_json() == {**before, **changed}


def test_a_deleted_collage_is_gone(client: FlaskClient) -> None:
    """With its comments and likes."""
    assert client.delete(URL, headers={"If-Match": '"1"'}).status_code == 204
    for url in (URL, URL + "/comments", URL + "/likes", "/de/comments/21"):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(("method", "content"), WRITES)
def test_a_write_says_which_state_it_is_for(client: FlaskClient, method: str, content: object) -> None:
    """Without If-Match it is a 428, with an outdated ETag a 412; neither changes anything."""
    before = client.get(URL).data
    assert client.open(URL, method=method, json=content).status_code == 428
    for stale in ('"0"', '"0~0123456789"', 'W/"1"', 'W/"1~0123456789"', "nonsense"):
        response = client.open(URL, method=method, json=content, headers={"If-Match": stale})
        assert response.status_code == 412
    assert client.get(URL).data == before


@pytest.mark.parametrize(("method", "content"), WRITES)
@pytest.mark.parametrize("url", ["/de/collages/999999", "/de/collages/15"])
def test_what_is_not_there_cannot_be_written(
    client: FlaskClient, url: str, method: str, content: object
) -> None:
    """Ids are the server's: no PUT makes a collage, and none reaches into another market."""
    response = client.open(url, method=method, json=content, headers={"If-Match": "*"})
    assert response.status_code == 404
    assert client.get(url).status_code == 404


class Overtaken:
    """A CollageSource in which somebody writes between a request's check and its own write."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._source, name)
        if name not in ("replace_collage", "delete_collage"):
            return method

        def late(ctx: Context, collage_id: int, *draft: CollageDraft, revision: int) -> Any:
            self._source.replace_collage(ctx, collage_id, FASTER, revision=revision)
            return method(ctx, collage_id, *draft, revision=revision)

        return late


@pytest.mark.parametrize(("method", "content"), WRITES)
@pytest.mark.parametrize("state", ['"1"', '"1~0123456789-gzip"', "*"])
def test_a_lost_race_is_a_stale_write(
    serve: Callable[[Sources], FlaskClient], sources: Sources, method: str, content: object, state: str
) -> None:
    """A write between the check and the action wins, and the late one is a 412."""
    client = serve(replace(sources, collages=Overtaken(sources.collages)))
    response = client.open(URL, method=method, json=content, headers={"If-Match": state})
    assert response.status_code == 412
    assert client.get(URL).get_json()["title"] == "Faster"


def test_of_many_writers_of_one_state_one_wins(client: FlaskClient) -> None:
    """Nobody's change is lost without a word."""

    def write(number: int) -> int:
        headers = {"If-Match": '"1"'}
        with client.application.test_client() as own:
            return own.patch(URL, json={"title": f"Titel {number}"}, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(16)))
    assert statuses == [200, *[412] * 15]
    assert client.get(URL).headers["ETag"].startswith('"2~')
