from collections.abc import Callable, Mapping, Sequence

import pytest

from bench.comparison.cases import STANDARD, Case
from bench.comparison.goals import BOUNDS, memory_goals, no_worse_than_threads, throughput_goals
from bench.comparison.measuring import Results
from bench.measure.report import Verdict
from bench.peers import Peer

MAKE = Callable[..., Results]


@pytest.fixture
def peers(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """All peers that targets mention."""
    return {each: peer(each) for each in ("ogrom", "ogrom-threads", *(bound.peer for bound in BOUNDS))}


def goals(found: Results, peers: Mapping[str, Peer]) -> Sequence[Verdict]:
    """All verdicts."""
    return (*throughput_goals(found, peers, BOUNDS), *memory_goals(found, peers))


def test_each_target_is_judged_by_its_own_ratio(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """Throughput must reach a share, memory must not exceed one."""
    seen = found(ogrom=950.0, flask_plain=1000.0, flask_fair=1000.0, clojure=4000.0)
    told = {each.target.what: (each.value, each.told) for each in goals(seen, peers)}
    assert told["Throughput, x Flask-Plain: by id, memory, 16 connections, one process"] == (0.95, "met")
    assert told["Throughput, x Flask-Fair: by id, MariaDB, 16 connections, one process"] == (
        0.95,
        "missed by 5%",
    )
    assert told["Throughput, x Clojure: by id, MariaDB, 16 connections, 2 processes"][1] == "missed by 82%"
    assert told["Memory, x Clojure: memory, one process"] == (0.2375, "met")
    assert told["Throughput, x Smorest: by id, MariaDB, 16 connections, one process"] == (
        None,
        "not measured: not in this run",
    )


def test_who_cannot_run_is_no_excuse(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """Targets of a peer that cannot run are listed, and not met."""
    seen = found(ogrom=950.0, flask_plain=1000.0)
    without = {name: each for name, each in peers.items() if name != "clojure"}
    verdicts = [each for each in goals(seen, without) if "clojure" in each.target.what]
    assert len(verdicts) == 5
    assert not any(each.met for each in verdicts)
    assert all(each.told == "not measured: clojure cannot run here" for each in verdicts)


def test_a_quick_run_judges_what_it_has(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """A quick run does not measure two processes."""
    verdicts = list(goals(found(cases=(STANDARD,), ogrom=2000.0, flask_fair=1000.0, clojure=1000.0), peers))
    assert {each.value for each in verdicts if "2 processes" in each.target.what} == {None}
    assert [each.value for each in verdicts if "Flask-Fair" in each.target.what] == [2.0]


def test_a_loop_that_is_worse_than_threads_is_seen(found: MAKE, peers: Mapping[str, Peer]) -> None:
    """It may be worse in throughput and latency only within the machine's own noise."""
    for rate, told in ((970.0, "missed by 1%"), (990.0, "met"), (2000.0, "met")):
        seen = found(cases=(Case("product", 1),), ogrom=rate, ogrom_threads=1000.0)
        verdicts = list(no_worse_than_threads(seen, peers, "MariaDB", Case("product", 1)))
        assert [each.target.what.split(",")[0] for each in verdicts] == ["Throughput", "p50", "p99"]
        assert {each.told for each in verdicts} == {told}
