"""The table and the targets of a mixed load."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bench.beside.goals import OURS
from bench.measure.openloop import GROWTH, Latency
from bench.measure.rounds import Sample, Spread, ratio
from bench.measure.tables import Table
from bench.measure.targets import Target, Verdict
from bench.peers import Peer

from .kinds import BY_ID, SHARES
from .measuring import Found, Round

UNTOUCHED = 1.2
"""How many times the p99 without searches by id may take with them."""


def table(found: Mapping[str, Found], peers: Mapping[str, Peer], share_of_most: float) -> Table:
    """A line a contender and kind of request."""
    rows = []
    for name, seen in found.items():
        for kind, share in SHARES.items():
            with_searches = _column(seen.mixed, kind)
            without = _column(seen.without, kind)
            rows.append(
                (
                    f"{peers[name].title}, {share:.0%} {kind}",
                    f"{seen.rate * share:,.0f}",
                    _times(with_searches),
                    _times(without),
                    str(_p99_ratio(seen, kind)) if without else "-",
                    f"{_median([each.processors for each in seen.mixed]):.2f}",
                    f"{_median([each.lag for each in with_searches]) * 1e3:.1f}",
                )
            )
    head = (
        "",
        "requests/s",
        "p50, p99, ms",
        "without searches",
        "p99, with / without",
        "processors",
        "generator late, p99",
    )
    title = (
        f"A mixed load from MariaDB at {share_of_most:g} of what by id alone can do, one process, open loop"
    )
    return Table(title, head, rows)


def goals(found: Mapping[str, Found]) -> Iterator[Verdict]:
    """Who asks by id hardly notices those who search."""
    target = Target("p99 by id in a mixed load, x that without searches", UNTOUCHED, "at most")
    ours = found[OURS]
    if is_steady(ours):
        yield Verdict(target, _p99_ratio(ours, BY_ID).middle)
    else:
        yield Verdict(target, None, "more came than was answered, so that all wait")


def is_steady(found: Found) -> bool:
    """Whether in most rounds as many were answered as came."""
    values = [*found.mixed, *found.without]
    return _median([each.kinds[BY_ID].growth for each in values]) < GROWTH


def notes(found: Mapping[str, Found], peers: Mapping[str, Peer]) -> Iterator[str]:
    """Whether the generator was on time, and what failed."""
    for name, seen in found.items():
        if not is_steady(seen):
            yield (
                f"{peers[name].title}: more came than it answers, so that latency is that of a queue, and grows with "
                "the length of the load; a smaller --share would show its own."
            )
        for what, values in (("with searches", seen.mixed), ("without searches", seen.without)):
            late = [each for one in values for each in one.kinds.values() if not each.is_on_time]
            if late:
                most = max(each.lag for each in late) * 1e3
                yield (
                    f"{peers[name].title}, {what}: the generator itself was late by up to {most:.1f} ms at p99, "
                    "more than a quarter of the p99 shown: it says as much of the machine as of the contender."
                )
            wrong: Counter[int] = Counter()
            for each in (each for one in values for each in one.kinds.values()):
                wrong.update(each.wrong)
            if wrong:
                told = ", ".join(f"{number} {status or 'none'}" for status, number in sorted(wrong.items()))
                yield f"{peers[name].title}, {what}: {wrong.total()} requests had no right answer: {told}."


def figures(found: Mapping[str, Found]) -> Any:
    """Every round, as JSON can hold it."""
    return msgspec.to_builtins(found)


def _column(values: Sequence[Round], kind: str) -> Sequence[Latency]:
    return [each.kinds[kind] for each in values if kind in each.kinds]


def _p99(values: Sequence[Round], kind: str) -> Sample:
    return Sample.of(each.p99 for each in _column(values, kind))


def _p99_ratio(found: Found, kind: str) -> Spread:
    return ratio(_p99(found.mixed, kind), _p99(found.without, kind))


def _times(values: Sequence[Latency]) -> str:
    if not values:
        return "-"
    return f"{_median([each.p50 for each in values]) * 1e3:.1f}, {_median([each.p99 for each in values]) * 1e3:.1f}"


def _median(values: Sequence[float]) -> float:
    return Sample.of(values).median
