from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

import pytest

from bench.comparison.measuring import Loaded, Results
from bench.connections import BALANCED, BOUNDS, CASES, PLAIN, QUICK, chart, cost, goals, tables
from bench.measure.wrk import Throughput
from bench.peers import Peer


@pytest.fixture
def peers(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """All peers that targets mention."""
    names = ("ogrom", "ogrom-threads", *(bound.peer for bound in BOUNDS))
    return {each: peer(each) for each in names}


def found(cases: tuple = CASES, **of_database: float) -> Results:  # type: ignore[type-arg]
    """Each serves in proportion to its connections; its database takes so many microseconds a request."""
    made = Results()
    for number, (name, microseconds) in enumerate(of_database.items(), 1):
        for case in cases:
            rate = 1000.0 * number * case.connections
            seen = Throughput(rate, 1 / number, 2 / number, 0, 1000)
            made.loaded[name.replace("_", "-"), "MariaDB", case] = (
                Loaded(seen, 0.2, {"database": microseconds / 1e3}),
            ) * 3
    return made


def test_cost_is_that_of_the_contender_and_of_its_database() -> None:
    """In microseconds a request."""
    assert cost(Loaded(Throughput(1, 1, 1, 0, 1000), 0.2, {"database": 0.05})) == pytest.approx(250)


def test_there_is_a_table_for_each_header(peers: Mapping[str, Peer]) -> None:
    """It has requests, then costs, for all connections, and the ratio at the most connections."""
    plain, balanced = tables(
        found(fastapi=100, ogrom=20), {each: peers[each] for each in ("ogrom", "fastapi")}
    )
    assert "wrk's header" in plain.title
    assert "a balancer's header" in balanced.title
    assert plain.rows[0][1:6] == ("2,000", "8,000", "32,000", "128,000", "512,000")
    assert plain.rows[1][6] == "200 + 100"
    assert plain.rows[1][-1] == "2.00 (2.00-2.00)"


def test_a_database_that_works_more_is_seen(peers: Mapping[str, Peer]) -> None:
    """The limit is a quarter of what it works for FastAPI."""
    for microseconds, told in ((20, "met"), (25, "met"), (50, "missed by 100%")):
        (judged,) = (
            each
            for each in goals(found(ogrom=microseconds, fastapi=100), peers)
            if "MariaDB's" in each.target.what
        )
        assert judged.value == pytest.approx(microseconds / 100)
        assert judged.told == told


def test_targets_are_of_both_headers(peers: Mapping[str, Peer]) -> None:
    """Each has its own row."""
    told = [each.target.what for each in goals(found(ogrom=1, fastapi=1), peers)]
    for connections in (16, 64):
        for header in ("by id, ", "by id with a balancer's header, "):
            assert f"Throughput, x Fastapi: {header}MariaDB, {connections} connections, one process" in told
    assert "p50, x a thread a request: by id, MariaDB, 1 connection, one process" in told
    assert "Throughput, x Fastify: by id, MariaDB, 64 connections, one process" in told


def test_the_chart_shows_throughput_and_cost_over_connections(peers: Mapping[str, Peer]) -> None:
    """From 1 to 256; a quick run has fewer."""
    for cases, places in ((CASES, {"1", "4", "16", "64", "256"}), (QUICK, {"1", "64"})):
        svg = chart(found(cases, ogrom=20, fastapi=100), peers)
        text = {each.text for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}
        assert {"Ogrom", "Fastapi", "connections", "Requests a second", *places} <= text


def test_both_headers_come_over_as_many_connections() -> None:
    """From 1 to 256."""
    assert [each.connections for each in PLAIN] == [each.connections for each in BALANCED]
    assert (PLAIN[0].connections, PLAIN[-1].connections) == (1, 256)
