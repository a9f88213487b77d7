"""Metrics of one process."""

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ogrom.run.container import Container

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


def values(text: str) -> Values:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Values, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


@pytest.fixture
def container(make_container: Callable[..., Container], store: str) -> Container:
    return make_container(store, said={"release": "3f2a9c1"})


def scraped(client: Any) -> Values:
    return values(client.get("/metrics").text)


def test_requests_are_counted_by_who_answered_and_how(container: Container) -> None:
    """With their time and their bytes; the one that asks is in progress."""
    client = container.app().test_client()
    content = b""
    for path in ("/v1/de-DE/products/1", "/v1/de-DE/products/2", "/v1/pl-PL/products/1", "/nothing"):
        content += client.get(path, buffered=True).data
    found = scraped(client)
    name = "ogrom_http_requests_total"
    labels = {"method": "GET", "endpoint": "product", "status": "200"}
    assert value(found, name, **labels, market="de-DE") == 2
    assert value(found, name, **labels, market="pl-PL") == 1
    assert value(found, name, method="GET", endpoint="none", market="none", status="404") == 1
    assert value(found, "ogrom_http_request_duration_seconds_count", endpoint="product") == 3
    assert value(found, "ogrom_http_request_duration_seconds_bucket", endpoint="product", le="+Inf") == 3
    assert value(found, "ogrom_http_response_bytes_total") == len(content)
    assert value(found, "ogrom_http_requests_in_progress") == 1
    assert value(found, "ogrom_info", version=container.version(), release="3f2a9c1") == 1


def test_nothing_that_a_client_invents_becomes_a_label(container: Container) -> None:
    """Neither a method nor a path; a thousand of them are one time series."""
    client = container.app().test_client()
    for number in range(20):
        client.open(f"/made/up/{number}", method=f"M{number}", buffered=True)
        client.open(f"/v1/x{number}/products", buffered=True)
    name = "ogrom_http_requests_total"
    counted = {labels: count for (each, labels), count in scraped(client).items() if each == name}
    assert {dict(labels)["method"] for labels in counted} == {"other", "GET"}
    assert len(counted) == 2
    assert sum(counted.values()) == 40


def test_sources_memory_pool_and_breaker_are_seen(container: Container) -> None:
    """What is answered from memory is no call of the database."""
    client = container.app().test_client()
    for _ in range(3):
        client.get("/v1/de-DE/products/1", buffered=True)
    found = scraped(client)
    calls = {"source": "products", "method": "product_by_id"}
    assert value(found, "ogrom_source_call_seconds_count", **calls) == 1
    assert value(found, "ogrom_cache_records") == 1
    assert [value(found, f"ogrom_cache_{name}_total") for name in ("hits", "misses")] == [2, 1]
    pool = {
        state: value(found, "ogrom_pool_connections", database="database", state=state)
        for state in ("busy", "idle")
    }
    assert pool == {"busy": 0, "idle": 1}
    with container.engine().connect():
        assert value(scraped(client), "ogrom_pool_connections", database="database", state="busy") == 1
    assert value(found, "ogrom_breaker_open", database="database") == 0
    breakers = container.breakers()
    assert breakers is not None
    for _ in range(5):
        breakers.writer.failed(breakers.writer.enter("products"))
    assert value(scraped(client), "ogrom_breaker_open", database="database") == 1
    assert [value(scraped(client), f"ogrom_cache_{name}_total") for name in ("hits", "misses")] == [2, 1]


def test_a_replica_is_shown_beside_the_database(
    make_container: Callable[..., Container], store: str, own_store: str
) -> None:
    """Either can be full, or fail, alone."""
    from ogrom.run.database_url import DatabaseUrl

    client = make_container(store, said={"database_reader_url": DatabaseUrl(own_store)}).app().test_client()
    client.get("/v1/de-DE/products/1", buffered=True)
    found = scraped(client)
    for database, idle in (("database", 0), ("replica", 1)):
        assert value(found, "ogrom_pool_connections", database=database, state="idle") == idle
        assert value(found, "ogrom_breaker_open", database=database) == 0


def test_what_is_turned_off_has_no_metrics(make_container: Callable[..., Container], store: str) -> None:
    """A zero would say that it works."""
    client = make_container(store, said={"cache_records": 0, "breaker_failures": 0}).app().test_client()
    names = {name for name, _ in scraped(client)}
    assert not any(name.startswith(("ogrom_cache", "ogrom_breaker")) for name in names)
