from collections.abc import Callable, Mapping

import pytest

from bench.beside.cases import STANDARD
from bench.beside.goals import BOUNDS, goals
from bench.beside.measuring import Found
from bench.peers import Peer

MAKE = Callable[..., Found]


@pytest.fixture
def peers(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """All that targets are about."""
    return {each: peer(each) for each in ("ogrom", *(bound.peer for bound in BOUNDS))}


def test_each_target_is_judged_by_its_own_ratio(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """Throughput is to reach a share, memory is not to."""
    seen = found(ogrom=950.0, flask_plain=1000.0, flask_fair=1000.0, clojure=4000.0)
    told = {each.target.what: (each.value, each.told) for each in goals(seen, peers)}
    assert told["Throughput, x Flask-Plain: by id, memory, 16 connections, one process"] == (0.95, "met")
    assert told["Throughput, x Flask-Fair: by id, MariaDB, 16 connections, one process"] == (
        0.95,
        "missed by 5%",
    )
    assert told["Throughput, x Clojure: by id, MariaDB, 16 connections, 2 processes"][1] == "missed by 76%"
    assert told["Memory, x Clojure: memory, one process"] == (0.2375, "met")
    assert told["Throughput, x Smorest: by id, MariaDB, 16 connections, one process"] == (
        None,
        "not measured: not in this run",
    )


def test_who_cannot_run_is_no_excuse(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """Its targets are still listed, and not met."""
    seen = found(ogrom=950.0, flask_plain=1000.0)
    without = {name: each for name, each in peers.items() if name != "clojure"}
    verdicts = [each for each in goals(seen, without) if "clojure" in each.target.what]
    assert len(verdicts) == 4
    assert not any(each.met for each in verdicts)
    assert all(each.told == "not measured: clojure cannot run here" for each in verdicts)


def test_a_quick_run_judges_what_it_has(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """Two processes were not measured then."""
    verdicts = list(goals(found(cases=(STANDARD,), ogrom=2000.0, flask_fair=1000.0, clojure=1000.0), peers))
    assert [each.value for each in verdicts if "2 processes" in each.target.what] == [None, None]
    assert [each.value for each in verdicts if "Flask-Fair" in each.target.what] == [2.0]
