import json
from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

import pytest

from bench.comparison.cases import STANDARD
from bench.comparison.measuring import Results
from bench.comparison.report import charts, figures, tables
from bench.peers import Peer

MAKE = Callable[..., Results]


@pytest.fixture
def peers(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """Two contenders."""
    names = {"ogrom": "Ogrom", "flask-plain": "Flask, plain"}
    return {name: peer(name, title, "ogrom" if name == "ogrom" else "plain") for name, title in names.items()}


def test_tables_have_medians_and_ratios(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """For each load; a missing measurement is a dash."""
    seen = found(ogrom=1500.0, flask_plain=3000.0)
    del seen.loaded["flask-plain", "memory", STANDARD]
    memory, mariadb, *_ = tables(seen, peers)
    assert memory.columns[2] == "by id, 16 conn."
    assert (memory.rows[0][2], memory.rows[1][2], memory.rows[1][-1]) == ("1,500", "-", "-")
    assert mariadb.rows[1][2] == "3,000"
    assert mariadb.rows[1][-1] == "0.50 (0.50-0.50)"
    assert mariadb.rows[0][-1] == "-"


def test_latency_and_usage_are_shown_in_their_units(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """In milliseconds, in seconds for a thousand requests, and in MiB."""
    *_, latency, usage = tables(found(ogrom=1000.0), {"ogrom": peers["ogrom"]})
    assert latency.rows[0][1:] == ("1.0, 3.0", "1.0, 3.0", "1.0, 3.0", "2.0, 4.0", "1.0")
    assert usage.rows[0][1:] == ("0.50", "0.50", "0.10", "125, 100", "125, 100")


def test_charts_have_a_bar_for_everybody(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """There is a chart of throughput and one of memory, each with both stores."""
    drawn = charts(found(ogrom=1500.0, flask_plain=3000.0), peers)
    assert set(drawn) == {"comparison", "comparison-memory"}
    for svg in drawn.values():
        text = {each.text for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}
        assert {"Ogrom", "Flask, plain", "From memory", "From MariaDB"} <= text


def test_every_round_is_kept(found: MAKE) -> None:
    """The JSON has every round."""
    kept = json.loads(json.dumps(figures(found(ogrom=1000.0))))
    rates = [each["throughput"]["requests_per_second"] for each in kept["loaded"][0]["rounds"]]
    assert rates == [900.0, 1000.0, 1200.0]
    assert kept["loaded"][0]["asks"] == "product"
    assert kept["memory"][0] == {
        "peer": "ogrom",
        "store": "memory",
        "processes": 1,
        "rss": 125.0,
        "pss": 100.0,
    }
