"""Made-up results of a run."""

from collections.abc import Callable

import pytest

from bench.comparison.cases import CASES, STORES, Case
from bench.comparison.measuring import Loaded, Results
from bench.measure.openloop import Latency
from bench.measure.wrk import Throughput
from ogrom_rehearsal.usage import Memory


def loaded(rate: float) -> tuple[Loaded, ...]:
    """Three rounds around a rate."""
    others = {"database": 100 / rate, "way": 0.01}
    return tuple(
        Loaded(Throughput(each, 1 / each, 3 / each, 0, 1000), 0.5, others)
        for each in (rate * 0.9, rate, rate * 1.2)
    )


@pytest.fixture
def found() -> Callable[..., Results]:
    """Makes results: the rate of each contender by name, the same under all loads, twice that with two processes."""

    def make(*, cases: tuple[Case, ...] = CASES, **rates: float) -> Results:
        made = Results()
        for name, rate in rates.items():
            peer = name.replace("_", "-")
            for store in STORES:
                for case in cases:
                    made.loaded[peer, store, case] = loaded(rate * case.processes)
                made.steady[peer, store] = (Latency(0.002, 0.004, 0.001, 0, 200),)
                made.memory[peer, store, 1] = Memory(rate / 8, rate / 10)
        return made

    return make
