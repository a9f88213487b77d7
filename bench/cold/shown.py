"""The tables and the chart of cold starts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bench.beside.goals import JVM, OURS, verdict
from bench.measure.charts import Curve, curves
from bench.measure.charts.look import JVM as JVM_COLOUR, OTHERS, OURS as OUR_COLOUR
from bench.measure.rounds import Sample, ratio
from bench.measure.tables import Table
from bench.measure.targets import Target, Verdict
from bench.peers import Peer

from .starts import SPAN, Start

Starts = Mapping[str, Sequence[Start]]

FIRST = 5
"""The seconds after exec in which the throughput is compared."""

_AHEAD = {JVM: 3.0, "fastapi": 1.0}
_READY = Target("Ogrom: from exec to the first answer", 1.0, "at most", "s")


def table(found: Starts, peers: Mapping[str, Peer]) -> Table:
    """A line a contender."""
    last = f"requests in second {_last(found)}"
    from_exec, from_answer = f"in {FIRST} s from exec", f"in {FIRST} s from that"
    head = ("", "first answer, s", from_exec, "Ogrom / it", from_answer, "Ogrom / it", last)
    rows = [
        (
            peers[name].title,
            f"{Sample.of(each.first_answer for each in values).median:.2f}",
            f"{_first(values).median:,.0f}",
            _beside(_first(found[OURS]), _first(values), name),
            f"{_since_answer(values).median:,.0f}",
            _beside(_since_answer(found[OURS]), _since_answer(values), name),
            f"{Sample.of(each.seconds[_last(found) - 1] for each in values).median:,.0f}",
        )
        for name, values in found.items()
    ]
    title = "Just started: seconds to the first answer, then requests over 16 connections, by id from MariaDB"
    return Table(title, head, rows)


def chart(found: Starts, peers: Mapping[str, Peer]) -> str:
    """Requests a second, second by second from exec."""
    others = iter(OTHERS)
    drawn = []
    for name, values in found.items():
        colour = OUR_COLOUR if name == OURS else JVM_COLOUR if peers[name].group == "jvm" else next(others)
        seconds = [Sample.of(each.seconds[number] for each in values) for number in range(_last(found))]
        drawn.append(Curve(peers[name].title, [each.spread for each in seconds], colour))
    return curves(drawn, "requests a second", "second after exec", "The first seconds under load")


def goals(found: Starts, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ready soon, far ahead of a JVM at first, and behind nobody in Python."""
    yield Verdict(_READY, Sample.of(each.first_answer for each in found[OURS]).median)
    for peer, times in _AHEAD.items():
        title = peers[peer].title if peer in peers else peer
        target = Target(f"Requests in the first {FIRST} s after exec, x {title}", times)
        value = None
        if peer in found:
            # One that has not answered at all by then has served nothing.
            least = Sample.of(max(1.0, each) for each in _first(found[peer]).values)
            value = ratio(_first(found[OURS]), least)
        yield verdict(target, value, peer, peers)


def figures(found: Starts) -> Any:
    """Every start, as JSON can hold it."""
    return {name: msgspec.to_builtins(values) for name, values in found.items()}


def _first(values: Sequence[Start]) -> Sample:
    return Sample.of(each.served(FIRST) for each in values)


def _since_answer(values: Sequence[Start]) -> Sample:
    return Sample.of(each.served(FIRST, each.first_answer) for each in values)


def _beside(ours: Sample, theirs: Sample, name: str) -> str:
    if name == OURS:
        return "-"
    return str(ratio(ours, theirs)) if min(theirs.values) > 0 else "it served none"


def _last(found: Starts) -> int:
    """The last second that every start has whole."""
    return min(SPAN, *(len(each.tenths) // 10 for values in found.values() for each in values))
