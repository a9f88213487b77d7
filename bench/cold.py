"""What a server serves right after its start: `./dev bench cold [--peers ogrom,clojure] [--rounds 3]`.

Each contender is started alone, in turn, and loaded over 16 connections as soon as it has answered its first request.
Requests are counted by tenths of a second from exec. Files are in the system's cache, and Python's are compiled.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console

from bench.database import export_catalogue, seeded_database
from bench.measure.charts import Line, LinePanel, lines
from bench.measure.options import command, minutes, parser
from bench.measure.report import Report
from bench.measure.wrk import in_turn, throughput_timeline
from bench.peers import PEERS, Peer
from bench.peers.running import running
from ogrom_tools.progress import counted

from .comparison.cases import product_paths
from .comparison.goals import JVM, OURS, verdict
from .comparison.measuring import add_peers, peers_of
from .comparison.report import line_colours
from .measure.report import NONE, Table, Target, Verdict, cell, verdicts
from .measure.timing import Sample, ratio, rounds
from .measure.wrk import PER_SECOND
from .peers.check import Catalogue

NAME = "cold"
STANDARD = ("ogrom", "flask-fair", "fastapi", "clojure", "clojure-trained")
QUICK_SECONDS = 5
_AROUND = {"jvm": 10.0}
_OTHERS_AROUND = 2.5
_DATABASE = 10.0

CONNECTIONS = 16
SPAN = 10
"""The seconds from exec that are counted."""


@dataclass(frozen=True)
class Start:
    """One start of a contender.

    Attributes:
        first_answer: the seconds from exec to the first 200.
        tenths: the requests served in each tenth of a second from exec on.
    """

    first_answer: float
    tenths: tuple[int, ...]

    @property
    def seconds(self) -> Sequence[int]:
        """The requests served in each second from exec on."""
        return [
            sum(self.tenths[begin : begin + PER_SECOND]) for begin in range(0, SPAN * PER_SECOND, PER_SECOND)
        ]

    def served(self, seconds: float, since: float = 0.0) -> int:
        """The requests served in so many seconds, from `since` seconds after exec on."""
        begin = round(since * PER_SECOND)
        return sum(self.tenths[begin : begin + round(seconds * PER_SECOND)])


def starts(
    peers: Mapping[str, Peer], store: str, catalogue: Path, count: int, seconds: int
) -> Mapping[str, tuple[Start, ...]]:
    """Start each contender in turn, alone on the machine, and load it for some seconds; `count` times."""
    script = in_turn((path, {}) for path in product_paths(Catalogue.read(catalogue).products))

    def start(name: str) -> Start:
        with running(peers[name], store, catalogue) as up:
            origin = time.perf_counter() - up.seconds_to_first_answer
            tenths = throughput_timeline(
                up.url, CONNECTIONS, seconds, script, origin, up.seconds_to_first_answer + seconds
            )
        return Start(up.seconds_to_first_answer, tenths)

    for peer in counted(peers.values(), len(peers), "warmed up"):
        # A first start compiles Python's files and brings all files into the system's cache.
        with running(peer, store, catalogue):
            pass
    return rounds(tuple(peers), start, count)


Starts = Mapping[str, Sequence[Start]]

FIRST = 5
"""The seconds after exec in which the throughput is compared."""

_AHEAD = {JVM: 3.0, "fastapi": 1.0}
_READY = Target("Ogrom: from exec to the first answer", 1.0, "at most", "s")


def table(found: Starts, peers: Mapping[str, Peer]) -> Table:
    """A row for each contender."""
    last = f"requests in second {_last(found)}"
    from_exec, from_answer = f"in {FIRST} s from exec", f"in {FIRST} s from that"
    head = ("", "first answer, s", from_exec, "Ogrom / it", from_answer, "Ogrom / it", last)
    rows = [
        (
            peers[name].title,
            cell(Sample.of(each.first_answer for each in values), "{:.2f}"),
            cell(_first(values)),
            _ratio_to(_first(found[OURS]), _first(values), name),
            cell(_since_answer(values)),
            _ratio_to(_since_answer(found[OURS]), _since_answer(values), name),
            cell(Sample.of(each.seconds[_last(found) - 1] for each in values)),
        )
        for name, values in found.items()
    ]
    title = "Just started: seconds to the first answer, then requests over 16 connections, by id from MariaDB"
    return Table(title, head, rows)


def chart(found: Starts, peers: Mapping[str, Peer]) -> str:
    """Requests a second, second by second from exec."""
    last, colours = _last(found), line_colours({name: peers[name] for name in found})
    drawn = [
        Line(
            peers[name].title,
            [Sample.of(each.seconds[number] for each in values).spread for number in range(last)],
            colours[name],
        )
        for name, values in found.items()
    ]
    panels = [LinePanel("The first seconds under load", drawn)]
    return lines(panels, range(1, last + 1), "second after exec", unit="requests a second")


def goals(found: Starts, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ready soon, far ahead of a JVM at first, and not behind FastAPI."""
    yield Verdict(_READY, Sample.of(each.first_answer for each in found[OURS]).median)
    for peer, times in _AHEAD.items():
        title = peers[peer].title if peer in peers else peer
        target = Target(f"Requests in the first {FIRST} s after exec, x {title}", times)
        value = None
        if peer in found:
            # One that has not answered by then has served nothing.
            least = Sample.of(max(1.0, each) for each in _first(found[peer]).values)
            value = ratio(_first(found[OURS]), least)
        yield verdict(target, value, peer, peers)


def _first(values: Sequence[Start]) -> Sample:
    return Sample.of(each.served(FIRST) for each in values)


def _since_answer(values: Sequence[Start]) -> Sample:
    return Sample.of(each.served(FIRST, each.first_answer) for each in values)


def _ratio_to(ours: Sample, theirs: Sample, name: str) -> str:
    if name == OURS:
        return NONE
    return str(ratio(ours, theirs)) if min(theirs.values) > 0 else "it served none"


def _last(found: Starts) -> int:
    """The last second that every start has completely."""
    return min(SPAN, *(len(each.tenths) // 10 for values in found.values() for each in values))


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser(NAME, __doc__, rounds=3, seconds=SPAN)
    add_peers(reader)
    options = reader.parse_args(arguments)
    peers = peers_of(options, STANDARD)
    count, seconds = (1, QUICK_SECONDS) if options.quick else (options.rounds, max(5, options.seconds))
    around = sum(_AROUND.get(each.group, _OTHERS_AROUND) for each in peers.values())
    console = Console(width=150)
    planned = minutes(_DATABASE + around + count * (around + seconds * len(peers)))
    console.print(f"{NAME}: {len(peers)} contenders, {count} starts each, about {planned}")
    with TemporaryDirectory() as folder, seeded_database() as url:
        found = starts(peers, url, export_catalogue(url, Path(folder)), count, seconds)
    shown = [table(found, peers), verdicts(goals(found, PEERS))]
    report = Report(
        NAME, command(NAME, arguments), shown, {NAME: chart(found, peers)}, msgspec.to_builtins(found)
    )
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
