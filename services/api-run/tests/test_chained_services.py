"""Chained services: a service in front of another one, as processes."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

MARKET = "/v1/de-DE"
SECONDS = 30.0


@pytest.fixture(scope="module")
def chain(start: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """Two services: the front asks the back, which has a demo store."""
    back = start("--demo-products", "40", folder=tmp_path_factory.mktemp("back"))
    front = start(
        folder=tmp_path_factory.mktemp("front"),
        OGROM_DATABASE_URL=f"http://127.0.0.1:{back.port}/",
        # What the front had in memory would not be the back's.
        OGROM_CACHE_RECORDS="0",
        OGROM_TRUSTED_CALLERS="127.0.0.1",
    )
    return front, back


@contextmanager
def stopped(service: Any) -> Iterator[None]:
    """The service takes connections and says nothing, as one that swaps."""
    workers = service.workers
    for each in workers:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in workers:
            os.kill(each, signal.SIGCONT)


def test_the_front_says_what_the_back_says(chain: tuple[Any, Any]) -> None:
    """Of every kind of thing the same representation of the same state; how each came to it is in its entity tag."""
    front, back = chain
    for path in (
        "/products?limit=3",
        "/products/1",
        "/categories",
        "/collages?limit=2",
        "/comments?limit=2",
        "/users?ids=1,2",
        "/search?q=a",
    ):
        answers = [each.get(MARKET + path, Accept="application/json") for each in chain]
        assert [each.status for each in answers] == [200, 200], path
        assert answers[0].json == answers[1].json, path
        (state, way), (same_state, other_way) = (each.headers["etag"].split("~") for each in answers)
        assert (state, way) == (same_state, way) != (state, other_way), path
    assert str(front.port) != str(back.port)


def test_it_announces_what_it_serves(chain: tuple[Any, Any]) -> None:
    """Whoever starts it sees whom it asks; it makes no database of its own."""
    front, back = chain
    assert f"serves http://127.0.0.1:{back.port}/" in front.output
    assert "a product" in front.output


def test_a_list_is_walked_through_both(chain: tuple[Any, Any]) -> None:
    """The front's links lead on, by the back's cursors."""
    found, path = [], f"{MARKET}/products?limit=15"
    while path:
        page = chain[0].get(path).json
        found += [item["id"] for item in page["items"]]
        path = page["next"]
    assert found == [item["id"] for item in chain[1].get(f"{MARKET}/products?limit=100").json["items"]]


def test_a_write_goes_through_both(chain: tuple[Any, Any]) -> None:
    """It is made once, in the back, under the revision that was seen in the front."""
    front, back = chain
    collage = front.get(f"{MARKET}/collages?limit=1").json["items"][0]
    path = collage["links"]["self"]
    before = front.get(path)
    patch = json.dumps({"title": "Aus zweiter Hand"}).encode()
    fields = {"Content_Type": "application/merge-patch+json", "If_Match": before.headers["etag"]}
    assert front.request("PATCH", path, patch, **fields).status == 200
    assert back.get(path).json["title"] == "Aus zweiter Hand"
    assert front.get(path).json["revision"] == collage["revision"] + 1
    assert front.request("PATCH", path, patch, **fields).status == 412
    comment = json.dumps({"author_id": 1, "text": "Schön!"}).encode()
    made = front.request("POST", f"{path}/comments", comment, Content_Type="application/json")
    assert made.status == 201
    assert back.get(made.headers["location"]).json == made.json
    assert front.request("DELETE", made.headers["location"]).status == 204
    assert front.get(made.headers["location"]).status == back.get(made.headers["location"]).status == 404


def test_a_user_is_the_same_user_at_the_end_of_the_chain(
    chain: tuple[Any, Any], authorization: Callable[..., dict[str, str]]
) -> None:
    """The front passes the caller's own token on: the like is theirs, and nobody else's."""
    front, back = chain
    likes = front.get(f"{MARKET}/collages?limit=1").json["items"][0]["links"]["likes"]
    user = max(each["id"] for each in back.get(f"{MARKET}/users?ids=1,2,3").json["items"])
    path, own = f"{likes}/{user}", authorization(user, "likes:write")
    assert front.request("DELETE", path, None, **own).status == 204
    before = back.get(likes).json["count"]
    assert front.request("PUT", path, None, **own).status == 201
    assert back.get(likes).json["count"] == before + 1
    assert front.request("PUT", path, None, **authorization(user + 1, "likes:write")).status == 403
    assert front.request("PUT", path, None, Authorization="").status == 401


def test_a_chain_has_one_key(
    start: Callable[..., Any], tmp_path: Path, authorization: Callable[..., dict[str, str]]
) -> None:
    """A back that does not take the front's tokens is the operator's mistake, a 500, and no writer's; reads go on."""
    back = start("--demo-products", "20", folder=tmp_path, OGROM_TOKEN_AUDIENCE="somebody else")
    front = start("--database", f"http://127.0.0.1:{back.port}/", folder=tmp_path)
    likes = front.get(f"{MARKET}/collages?limit=1").json["items"][0]["links"]["likes"]
    assert front.request("DELETE", f"{likes}/1", None, **authorization(1, "likes:write")).status == 500
    assert front.get(likes, **authorization(1, "likes:write")).status == 200


def test_nothing_is_nothing_and_nonsense_is_nonsense(chain: tuple[Any, Any]) -> None:
    """Refusals are those of the back."""
    front, _ = chain
    assert front.get(f"{MARKET}/products/999999999").status == 404
    assert front.get(f"{MARKET}/products?cursor=x").status == 400
    draft = json.dumps({"author_id": 999999999, "text": "Wer?"}).encode()
    path = front.get(f"{MARKET}/collages?limit=1").json["items"][0]["links"]["comments"]
    refused = front.request("POST", path, draft, Content_Type="application/json")
    assert refused.status == 422
    assert refused.json["errors"][0]["pointer"] == "#/author_id"


def test_a_silent_back_is_left_at_the_deadline(
    start: Callable[..., Any], tmp_path: Path, chain: tuple[Any, Any]
) -> None:
    """The client learns of it within the front's limit, or within its own if that is less."""
    patient, back = chain
    url = f"http://127.0.0.1:{back.port}/"
    hurried = start("--database", url, folder=tmp_path, OGROM_REQUEST_TIMEOUT="1", OGROM_CACHE_RECORDS="0")
    own = {"X_Envoy_Expected_Rq_Timeout_Ms": "300"}
    with stopped(back):
        for front, fields, seconds in ((hurried, {}, 1.0), (patient, own, 0.3)):
            begun = time.monotonic()
            answer = front.get(f"{MARKET}/products/1", **fields)
            assert seconds <= time.monotonic() - begun < SECONDS
            assert answer.status == 504
    assert patient.get(f"{MARKET}/products/1").status == 200


def test_a_back_that_is_down_is_a_503(
    start: Callable[..., Any], tmp_path: Path, chain: tuple[Any, Any]
) -> None:
    """For reads and writes, at once, and for the balancer; and it comes back by itself."""
    back = start("--demo-products", "20", folder=tmp_path)
    url = f"http://127.0.0.1:{back.port}/"
    front = start(*("--database", url), folder=tmp_path, OGROM_CACHE_RECORDS="0")
    ready = front.get("/health/ready")
    assert (ready.status, ready.json["migrated"]) == (200, None)
    back.stop()
    begun = time.monotonic()
    answer = front.get(f"{MARKET}/products/1")
    assert answer.status == 503
    assert answer.headers["retry-after"]
    assert str(back.port) not in answer.content.decode()
    assert front.request("DELETE", f"{MARKET}/comments/1").status == 503
    assert time.monotonic() - begun < SECONDS
    assert front.get("/health/ready").json["detail"] == "The service behind cannot be used; the log says why."
    start("--port", str(back.port), folder=tmp_path)
    assert front.get(f"{MARKET}/products/1").status == 200
    assert front.get("/health/ready").status == 200
    assert front.stop() == 0
