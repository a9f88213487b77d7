from collections.abc import Callable, Mapping

from bench.beside.cases import STANDARD
from bench.beside.goals import BOUNDS, goals
from bench.beside.measuring import Found
from bench.peers import Peer

MAKE = Callable[..., Found]


def peer(name: str) -> Peer:
    return Peer(name, name.title(), "fair", "", lambda *_: ())


PEERS: Mapping[str, Peer] = {each: peer(each) for each in ("ogrom", *(bound.peer for bound in BOUNDS))}


def test_each_target_is_judged_by_its_own_ratio(found: MAKE) -> None:
    """Throughput is to reach a share, memory is not to."""
    seen = found(ogrom=950.0, flask_plain=1000.0, flask_fair=1000.0, clojure=4000.0)
    told = {each.target.what: (each.value, each.told) for each in goals(seen, PEERS)}
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


def test_who_cannot_run_is_no_excuse(found: MAKE) -> None:
    """Its targets are still listed, and not met."""
    seen = found(ogrom=950.0, flask_plain=1000.0)
    without = {name: each for name, each in PEERS.items() if name != "clojure"}
    verdicts = [each for each in goals(seen, without) if "clojure" in each.target.what]
    assert len(verdicts) == 4
    assert not any(each.met for each in verdicts)
    assert all(each.told == "not measured: clojure cannot run here" for each in verdicts)


def test_a_quick_run_judges_what_it_has(found: MAKE) -> None:
    """Two processes were not measured then."""
    verdicts = list(goals(found(cases=(STANDARD,), ogrom=2000.0, flask_fair=1000.0, clojure=1000.0), PEERS))
    assert [each.value for each in verdicts if "2 processes" in each.target.what] == [None, None]
    assert [each.value for each in verdicts if "Flask-Fair" in each.target.what] == [2.0]
