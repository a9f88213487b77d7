"""What stands between the endpoints and the database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.core import Sources
from ogrom.protocols.waiting import BLOCKING
from ogrom.run import composition
from ogrom.run.composition import breakers_of, cache_of, sources_of
from ogrom.run.container import Container
from ogrom.run.settings import Settings

PATH = "/v1/de-DE/products/1"
OFF = {"cache_records": 0, "breaker_failures": 0}


def order(source: object) -> list[str]:
    return re.findall(r"(\w+)\(", repr(source))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ["Cached", "Gathered", "Guarded", "Observed"]),
        ({"cache_records": 0}, ["Gathered", "Guarded", "Observed"]),
        ({"breaker_failures": 0}, ["Cached", "Gathered", "Observed"]),
        (OFF, ["Gathered", "Observed"]),
        ({"trace": True}, ["recorded", "Cached", "Gathered", "Guarded", "recorded", "Observed"]),
    ],
)
def test_every_source_is_wrapped_as_it_is_set(
    make_container: Callable[..., Container], store: str, said: dict[str, Any], expected: list[str]
) -> None:
    """From the endpoints inwards: the cache answers where the breaker refuses, and what is timed is the database."""
    sources = make_container(store, said=said).sources()
    for each in fields(Sources):
        assert order(getattr(sources, each.name))[: len(expected) + 1] == [
            *expected,
            f"Sql{each.name.title()}",
        ]


@dataclass(frozen=True, kw_only=True)
class Knowing(Sources):
    """Those of a core that can do more than some stores can."""

    brands: object | None = None


def test_a_capability_that_the_store_lacks_is_absent(
    make_container: Callable[..., Container], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No wrapper stands where nothing is; a source that the endpoints need must be there."""
    monkeypatch.setattr(composition, "Sources", Knowing)
    sources = make_container(store).sources()
    assert isinstance(sources, Knowing)
    assert sources.brands is None
    assert sources_of(SimpleNamespace(**{**vars(sources), "brands": OFF})).brands is OFF  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="products"):
        sources_of(SimpleNamespace(brands=OFF))


def test_settings_reach_the_wrappers(make_container: Callable[..., Container], store: str) -> None:
    """A page of more records than may be kept is not kept."""
    container = make_container(store, said={"cache_records": 3})
    client = container.app().test_client()
    client.get("/v1/de-DE/products?limit=5")
    client.get("/v1/de-DE/products?limit=2")
    cache = container.cache()
    assert cache is not None
    assert cache.statistics().records == 2
    assert cache_of(Settings(cache_records=0), BLOCKING) is None
    assert breakers_of(Settings(breaker_failures=0), lambda: None, None) is None


def test_timings_are_of_the_database_alone(make_container: Callable[..., Container], store: str) -> None:
    """What is answered from memory is counted there; both are ready for whatever shows metrics."""
    container = make_container(store)
    client = container.app().test_client()
    for _ in range(3):
        assert client.get(PATH).status_code == 200
    timing = container.timings().snapshot()["products", "product_by_id", ""]
    assert (timing.calls, timing.longest > 0) == (1, True)
    cache = container.cache()
    assert cache is not None
    statistics = cache.statistics()
    assert (statistics.hits, statistics.misses) == (2, 1)


def test_a_trace_tells_memory_from_the_database(make_container: Callable[..., Container], store: str) -> None:
    """Both calls are shown where the database was asked, and one where it was not."""
    client = make_container(store, said={"trace": True}).app().test_client()
    shown = []
    for _ in range(2):
        id = re.search(r'id="?([0-9a-f]{16})', client.get(PATH).headers["Ogrom-Trace"])
        assert id is not None
        page = client.get(f"/trace/{id[1]}").text
        shown.append((page.count("database.products"), page.count("product_by_id(1)")))
    assert shown == [(1, 2), (0, 1)]
