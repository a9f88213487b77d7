"""Answers from memory: no client takes them for news, no write is decided on them, no own write is missed."""

from collections.abc import Callable
from typing import Any

import pytest
from dependency_injector import providers

from ogrom.run.container import Container
from ogrom.sources.wrappers import Cache

PRODUCT = "/v1/de-DE/products/1"
COLLAGES = "/v1/de-DE/collages"
PLACED = {"x": 0.1, "y": 0.1, "width": 0.1, "height": 0.1, "rotation": 0, "z": 0}


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def draft(title: str, product_id: int = 1) -> dict[str, Any]:
    return {"author_id": 1, "title": title, "placements": [{"product_id": product_id, **PLACED}]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def process(
    make_container: Callable[..., Container], own_store: str, clock: Clock, as_moderator: Callable[..., Any]
) -> Callable[..., Any]:
    """Makes clients of processes over one database, each with its memory."""

    def process(**said: Any) -> Any:
        cache = providers.Object(Cache(clock=clock))
        return as_moderator(make_container(own_store, said=said, cache=cache).app().test_client())

    return process


def path_of_a_collage(client: Any) -> str:
    path: str = client.post(COLLAGES, json=draft("Neu")).headers["Location"]
    return path


def test_an_answer_from_memory_says_how_old_it_is(process: Callable[..., Any], clock: Clock) -> None:
    """The first is news; the next make a client keep them so much shorter; then there is news again."""
    client, told = process(), []
    for moment in (1000, 1012, 1029.5, 1030):
        clock.now = moment
        answer = client.get(PRODUCT)
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        told.append((answer.headers.get("Age"), answer.headers.get("Cache-Status")))
    assert told == [
        (None, None),
        ("12", "ogrom; hit; ttl=18"),
        ("30", "ogrom; hit; ttl=0"),
        (None, None),
    ]


def test_what_clients_change_is_asked_for_each_time(process: Callable[..., Any]) -> None:
    """Its Cache-Control lets nobody keep it unasked, and another process's write is seen at once."""
    here, there = process(), process()
    path = path_of_a_collage(here)
    tag = here.get(path).headers["ETag"]
    assert there.put(path, json=draft("Dort"), headers={"If-Match": tag}).status_code == 200
    answer = here.get(path)
    assert (answer.json["title"], answer.headers.get("Age")) == ("Dort", None)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_write_is_refused_because_of_a_copy(process: Callable[..., Any], method: str) -> None:
    """Who has seen the other process's write says so in If-Match, and is right."""
    here, there = process(cache_written_ttl=3600), process(cache_written_ttl=3600)
    path = path_of_a_collage(here)
    seen = here.get(path).headers["ETag"]
    newer = there.put(path, json=draft("Dort"), headers={"If-Match": seen}).headers["ETag"]
    assert here.get(path).headers["ETag"] == seen, "a copy, as was set"
    assert write(here, method, path, newer).status_code in (200, 204)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_write_is_let_pass_because_of_a_copy(process: Callable[..., Any], method: str) -> None:
    """Who has seen only the copy is told to read again, and then reads what is stored."""
    here, there = process(cache_written_ttl=3600), process(cache_written_ttl=3600)
    path = path_of_a_collage(here)
    seen = here.get(path).headers["ETag"]
    there.put(path, json=draft("Dort"), headers={"If-Match": seen})
    assert here.get(path).json["title"] == "Neu"
    assert write(here, method, path, seen).status_code == 412
    answer = here.get(path)
    assert answer.json["title"] == "Dort"
    assert write(here, method, path, answer.headers["ETag"]).status_code in (200, 204)


def test_a_patch_keeps_what_another_process_wrote(process: Callable[..., Any]) -> None:
    """What it does not name is taken from the store and not from memory."""
    here, there = process(cache_written_ttl=3600), process(cache_written_ttl=3600)
    path = path_of_a_collage(here)
    seen = here.get(path).headers["ETag"]
    newer = there.put(path, json=draft("Neu", product_id=2), headers={"If-Match": seen}).headers["ETag"]
    assert here.get(path).json["placements"][0]["product_id"] == 1
    assert write(here, "PATCH", path, newer).status_code == 200
    assert here.get(path).json["placements"][0]["product_id"] == 2


def write(client: Any, method: str, path: str, tag: str) -> Any:
    headers = {"If-Match": tag}
    if method == "PATCH":
        headers["Content-Type"] = "application/merge-patch+json"
    json = {"PUT": draft("Hier"), "PATCH": {"title": "Hier"}, "DELETE": None}[method]
    return client.open(path, method=method, json=json, headers=headers)


def test_a_process_reads_its_own_writes(process: Callable[..., Any]) -> None:
    """Of the thing itself, of lists, and of what other sources make of it."""
    client = process(cache_ttl=3600, cache_written_ttl=3600)
    path = path_of_a_collage(client)
    placed = client.get(path).json["links"]["products"]

    def seen() -> tuple[Any, ...]:
        titles = [each["title"] for each in client.get(COLLAGES).json["items"]]
        products = [each["id"] for each in client.get(placed).json["items"]]
        remarks = [each["text"] for each in client.get(f"{path}/comments").json["items"]]
        likes = client.get(f"{path}/likes").json["count"]
        return titles[0], products, remarks, likes

    assert seen() == seen() == ("Neu", [1], [], 0)
    tag = client.get(path).headers["ETag"]
    assert client.put(path, json=draft("Anders", product_id=2), headers={"If-Match": tag}).status_code == 200
    assert seen() == ("Anders", [2], [], 0)
    remark = client.post(f"{path}/comments", json={"author_id": 1, "text": "Schön"}).headers["Location"]
    assert client.put(f"{path}/likes/1").status_code == 201
    assert seen() == ("Anders", [2], ["Schön"], 1)
    assert client.delete(remark).status_code == 204
    assert client.delete(f"{path}/likes/1").status_code in (200, 204)
    assert seen() == ("Anders", [2], [], 0)
    tag = client.get(path).headers["ETag"]
    assert client.delete(path, headers={"If-Match": tag}).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(COLLAGES).json["items"][0]["title"] != "Anders"


def test_who_wants_no_copy_gets_none(process: Callable[..., Any], clock: Clock) -> None:
    """And all that come later get what was read for that one."""
    client = process()
    client.get(PRODUCT)
    clock.now += 20
    assert "Age" not in client.get(PRODUCT, headers={"Cache-Control": "no-cache"}).headers
    clock.now += 5
    assert client.get(PRODUCT).headers["Age"] == "5"
