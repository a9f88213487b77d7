"""While the database is away: what is in memory is served and said to be stale, all else is a 503 at once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers

from ogrom.run.composition import Breakers
from ogrom.run.container import Container
from ogrom.sources.testing import MariaDB, wait_until
from ogrom.sources.wrappers import Breaker, Cache

PRODUCT = "/v1/de-DE/products/1"
OTHER = "/v1/de-DE/products/2"
COMMENTS = "/v1/de-DE/comments"
SECONDS = 60
PLACED = {"product_id": 1, "x": 0.1, "y": 0.1, "width": 0.1, "height": 0.1, "rotation": 0, "z": 0}
DRAFT = {"author_id": 1, "title": "Neu", "placements": [PLACED]}


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class World:
    """A service whose database can be taken away and given back, and whose time passes when told to."""

    def __init__(
        self, make_container: Callable[..., Container], url: str, as_moderator: Callable[..., Any]
    ) -> None:
        self.clock = Clock()
        self.cache = Cache(clock=self.clock)
        self.breaker = Breaker("database", failures=3, reset_timeout=5, clock=self.clock)
        breakers = Breakers(reader=self.breaker, writer=self.breaker)
        parts = {"cache": providers.Object(self.cache), "breakers": providers.Object(breakers)}
        self.container = make_container(url, **parts)
        self.client = as_moderator(self.container.app().test_client())
        self._file = Path(url.removeprefix("sqlite:///"))
        self._away = self._file.with_suffix(".away")

    def take_away(self) -> None:
        self.container.engine().dispose()
        self._file.rename(self._away)
        self._file.mkdir()

    def give_back(self) -> None:
        self._file.rmdir()
        self._away.rename(self._file)

    def statuses(self, *paths: str) -> list[int]:
        return [self.client.get(path).status_code for path in paths]


@pytest.fixture
def world(
    make_container: Callable[..., Container], own_store: str, as_moderator: Callable[..., Any]
) -> World:
    return World(make_container, own_store, as_moderator)


def test_what_is_in_memory_is_served_and_says_that_it_is_stale(world: World) -> None:
    """Within its bound; Age and a `ttl` below 0 say so, also in the 304 of who had it already."""
    tag = world.client.get(PRODUCT).headers["ETag"]
    world.take_away()
    world.clock.now += 100
    answer = world.client.get(PRODUCT)
    again = world.client.get(PRODUCT, headers={"If-None-Match": tag})
    assert (answer.status_code, again.status_code, answer.get_json()["id"]) == (200, 304, 1)
    for each in (answer, again):
        assert (each.headers["Age"], each.headers["Cache-Status"]) == ("100", "ogrom; hit; ttl=-70")
    world.clock.now += 230
    assert world.statuses(PRODUCT) == [503]


@pytest.mark.parametrize("path", [OTHER, "/v1/de-DE/products/999999", COMMENTS, "/v1/de-DE/collages"])
def test_what_is_not_in_memory_is_a_503(world: World, path: str) -> None:
    """So is what clients change, and what was not there: either may have changed since."""
    world.statuses(path)
    world.statuses(PRODUCT)
    if path == OTHER:
        world.cache.invalidate()
    world.take_away()
    answer = world.client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Age" not in answer.headers


def test_a_write_is_a_503_whatever_is_in_memory(world: World) -> None:
    """Nothing is decided on a copy, and no read that insists gets one."""
    assert world.statuses(PRODUCT, "/v1/de-DE/users/1") == [200, 200]
    world.take_away()
    assert world.client.post("/v1/de-DE/collages", json=DRAFT).status_code == 503
    assert world.client.put("/v1/de-DE/collages/1/likes/1").status_code == 503
    assert world.client.get(PRODUCT, headers={"Cache-Control": "no-cache"}).status_code == 503


def test_a_database_that_fails_is_left_alone_and_tried_again(world: World) -> None:
    """Refused calls do not come to it and say when the next is tried; one that succeeds lets all through."""
    world.take_away()
    assert world.statuses(*[COMMENTS] * 3) == [503] * 3
    world.clock.now += 1.5
    answer = world.client.get(COMMENTS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "4")
    assert answer.get_json()["detail"] == "The data cannot be reached at the moment; try again in 4 seconds."
    calls = world.container.timings().snapshot()["comments", "comments", "Unavailable"].calls
    assert calls == 3
    world.give_back()
    assert world.statuses(COMMENTS) == [503]
    world.clock.now += 3.5
    assert world.statuses(COMMENTS, OTHER) == [200, 200]


def test_readiness_tells_of_the_database_and_not_of_the_breaker(world: World) -> None:
    """Else a balancer would send nobody, and nobody would find out that all is well."""
    assert world.statuses("/health/ready", PRODUCT) == [200, 200]
    world.take_away()
    assert world.statuses(*[COMMENTS] * 3, "/health/ready", "/health/live", PRODUCT) == [
        *[503] * 4,
        *[200] * 2,
    ]
    world.give_back()
    assert world.statuses("/health/ready", COMMENTS) == [200, 503]
    assert not world.breaker.closed


@pytest.mark.slow
def test_a_real_database_goes_and_comes(start: Callable[..., Any], tmp_path: Path) -> None:
    """The whole service over MariaDB: stale answers, refusals that do not ask it, and back by a probe."""
    said = {
        "OGROM_CACHE_TTL": "0.1",
        "OGROM_BREAKER_FAILURES": "2",
        "OGROM_BREAKER_RESET_TIMEOUT": "3",
    }
    with MariaDB() as server:
        service = start("--database", server.database(), "--demo-products", "40", folder=tmp_path, **said)
        assert service.get(PRODUCT).status == 200
        server.stop()
        eventually(lambda: ttl(service.get(PRODUCT)) < 0)
        stale = service.get(PRODUCT)
        assert (stale.status, stale.json["id"], age(stale) > 0) == (200, 1, True)
        eventually(lambda: refused_at_once(service))
        body = json.dumps(DRAFT).encode()
        write = service.request("POST", "/v1/de-DE/collages", body, Content_Type="application/json")
        assert (write.status, int(write.headers["retry-after"]) > 0) == (503, True)
        assert service.get("/health/ready").status == 503
        server.start()
        eventually(lambda: service.get(COMMENTS).status == 200)
        eventually(lambda: "age" not in service.get(PRODUCT).headers)
        assert service.stop() == 0


def age(answer: Any) -> int:
    return int(answer.headers.get("age", "0"))


def ttl(answer: Any) -> int:
    return int(answer.headers.get("cache-status", "ttl=0").rpartition("ttl=")[2])


def refused_at_once(service: Any) -> bool:
    """Whether the breaker answers: without the database, and with what is left of its rest of 3 seconds."""
    before = calls(service)
    answer = service.get(COMMENTS)
    assert answer.status == 503
    return answer.headers["retry-after"] in ("1", "2", "3") and calls(service) == before


def calls(service: Any) -> float:
    """How often the database has been asked."""
    lines = service.get("/metrics").content.decode().splitlines()
    counts = [line for line in lines if line.startswith("ogrom_source_call_seconds_count")]
    return sum(float(line.split()[-1]) for line in counts)


def eventually(holds: Callable[[], bool]) -> None:
    assert wait_until(holds, SECONDS)
