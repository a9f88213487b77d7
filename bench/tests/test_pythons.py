from collections.abc import Callable

import pytest

from bench.comparison.cases import STANDARD, STORES
from bench.comparison.measuring import Loaded, Results
from bench.measure.wrk import Throughput
from bench.peers import Peer
from bench.pythons import tables

RATES = {"ogrom": 1000, "ogrom@3.13": 1500, "fastapi": 2000, "fastapi@3.13": 2000}


@pytest.fixture
def found() -> Results:
    """Ogrom is faster on the other Python, FastAPI is not."""
    made = Results()
    for name, rate in RATES.items():
        for store in STORES:
            made.loaded[name, store, STANDARD] = (Loaded(Throughput(rate, 1, 1, 0, 1000), 0.1),) * 3
    return made


def test_each_is_compared_with_itself_and_with_ogrom(found: Results, peer: Callable[..., Peer]) -> None:
    """On both Pythons; a missing measurement is a dash."""
    peers = {name: peer(name) for name in ("ogrom", "fastapi", "litestar")}
    memory, _ = tables(found, peers, {name: f"{name}@3.13" for name in peers}, "3.13")
    ours, theirs, missing = memory.rows
    assert ours[1:4] == ("1,000", "1,500", "1.50 (1.50-1.50)")
    assert theirs[3:] == ("1.00 (1.00-1.00)", "0.50 (0.50-0.50)", "0.75 (0.75-0.75)")
    assert missing[1:] == ("-",) * 5
