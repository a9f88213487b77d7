from collections.abc import Callable, Mapping

import pytest

from bench.comparison.cases import Case
from bench.comparison.measuring import Loaded, Results
from bench.distant import goals, table
from bench.measure.wrk import Throughput
from bench.peers import Peer

CASES = (Case("product", 1), Case("product", 16), Case("collages", 16))


@pytest.fixture
def peers(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """Ogrom in both modes."""
    return {each: peer(each) for each in ("ogrom", "ogrom-threads")}


def found(ours: float, threads: float) -> Results:
    """Results with these rates."""
    made = Results()
    for name, rate in (("ogrom", ours), ("ogrom-threads", threads)):
        for case in CASES:
            seen = Throughput(rate, 1 / rate, 2 / rate, 0, 1000)
            made.loaded[name, "MariaDB", case] = (Loaded(seen, 0.1, {"way": 0.02}),) * 3
    return made


def test_the_table_says_what_the_way_takes(peers: Mapping[str, Peer]) -> None:
    """The proxy's processor time is beside throughput, latency and the ratio."""
    shown = table(found(1000, 500), peers, 1.0)
    assert "1 ms away" in shown.title
    assert shown.columns[-1] == "the way, 16"
    assert shown.rows[1] == (
        "Ogrom-Threads",
        *("500: 2.0, 4.0",) * 3,
        *("2.00 (2.00-2.00)",) * 2,
        "0.02",
    )


def test_no_figure_may_be_worse_than_with_threads(peers: Mapping[str, Peer]) -> None:
    """Under any load."""
    assert all(each.met for each in goals(found(1000, 1000), peers, 1.0))
    worse = list(goals(found(900, 1000), peers, 1.0))
    assert len(worse) == 3 * len(CASES)
    assert not any(each.met for each in worse)
    assert all(each.target.what.endswith(", 1 ms away") for each in worse)
