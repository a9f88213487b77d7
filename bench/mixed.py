"""A mixed load on Ogrom: `./dev bench mixed [--rounds 4] [--seconds 5] [--python 3.13]`.

80 % of the requests are by id, 15 % are for lists, 5 % are searches, all from MariaDB, with a balancer's header, one
process. They come at random times, whatever became of those before (an open loop), at half the rate that the same
server can do by id alone, which is measured first. The same load without searches shows their effect on the others.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import msgspec
from rich.console import Console

from bench.database import MARKET, export_catalogue, seeded_database
from bench.measure.openloop import GROWTH, Kind, Latency, latencies
from bench.measure.options import command, minutes, parser
from bench.measure.report import Report
from bench.measure.wrk import in_turn, throughput
from bench.peers import Peer
from bench.peers.running import Running, running
from ogrom_rehearsal.usage import processor_seconds

from .comparison.cases import BALANCER, product_paths
from .comparison.goals import OURS
from .comparison.measuring import peers_of
from .measure.report import Table, Target, Verdict, verdicts
from .measure.timing import Sample, Spread, ratio, rounds
from .peers.check import Catalogue
from .peers.environments import VERSION

NAME = "mixed"
STANDARD = ("ogrom", "ogrom-threads")
_AROUND = 12.0
_AROUND_THE_GENERATOR = 0.4

BY_ID, LISTS, SEARCH = "by id", "lists", "search"

SHARES: Mapping[str, float] = {BY_ID: 0.80, LISTS: 0.15, SEARCH: 0.05}

_LISTS = tuple(f"{MARKET}/{each}?limit=20" for each in ("products", "collages", "comments"))
_MOST_WORDS = 200
_WORD = re.compile(r"\w{4,}")


class _Product(msgspec.Struct):
    title: str


def kinds(catalogue: Path) -> Mapping[str, Kind]:
    """Each kind of request with its share; searches are for words of the titles of products."""
    found = Catalogue.read(catalogue)
    titles = (msgspec.json.decode(each, type=_Product).title for each in found.products.values())
    words = sorted(set(chain.from_iterable(map(_WORD.findall, titles))))
    some = words[:: max(1, len(words) // _MOST_WORDS)]
    paths = {
        BY_ID: product_paths(found.products),
        LISTS: _LISTS,
        SEARCH: tuple(f"{MARKET}/search?q={quote(each)}" for each in some),
    }
    return {name: Kind(paths[name], share, BALANCER) for name, share in SHARES.items()}


CONNECTIONS = 64
WARM_UP = 3
_BURSTS = 3


@dataclass(frozen=True)
class Round:
    """One load.

    Attributes:
        kinds: the latency of each kind of request.
        processors: how many the server's processes used on average; one Python process can use one.
    """

    kinds: Mapping[str, Latency]
    processors: float


@dataclass(frozen=True)
class Results:
    """The results of one contender.

    Attributes:
        by_id_alone: requests a second by id alone, as many as possible.
        rate: requests a second of the mixed load.
        mixed: the rounds with searches.
        without: the rounds without them; the other requests came at the same rate.
    """

    by_id_alone: float
    rate: float
    mixed: Sequence[Round]
    without: Sequence[Round]


def measured(
    peers: Mapping[str, Peer],
    url: str,
    catalogue: Path,
    count: int,
    seconds: int,
    share: float,
    tell: Callable[[str], object],
) -> Mapping[str, Results]:
    """Load all peers in turn, at a share of what each can do by id alone."""
    asked = kinds(catalogue)
    with ExitStack() as stack:
        up = {name: stack.enter_context(running(peer, url, catalogue)) for name, peer in peers.items()}
        most = {name: _by_id_alone(server, asked[BY_ID]) for name, server in up.items()}
        tell(", ".join(f"{name}: {rate:,.0f}/s by id alone" for name, rate in most.items()))
        loads = [(name, is_whole) for name in up for is_whole in (True, False)]

        def load(each: tuple[str, bool]) -> Round:
            name, is_whole = each
            return _load(up[name], asked, most[name] * share, seconds, is_whole=is_whole)

        for each in loads:
            load(each)  # a warm-up: there were no lists and searches yet
        seen = rounds(loads, load, count)
    return {
        name: Results(most[name], most[name] * share, seen[name, True], seen[name, False]) for name in peers
    }


def _by_id_alone(server: Running, kind: Kind) -> float:
    script = in_turn((path, BALANCER) for path in kind.paths)
    throughput(server.url, CONNECTIONS, WARM_UP, script)
    bursts = [throughput(server.url, CONNECTIONS, 1, script) for _ in range(_BURSTS)]
    return Sample.of(each.requests_per_second for each in bursts).median


def _load(server: Running, asked: Mapping[str, Kind], rate: float, seconds: int, *, is_whole: bool) -> Round:
    sent = {name: kind for name, kind in asked.items() if is_whole or name != SEARCH}
    share = sum(each.share for each in sent.values()) / sum(each.share for each in asked.values())
    before = processor_seconds(server.process_ids)
    seen = latencies(server.url, sent, rate * share, seconds)
    return Round(seen, (processor_seconds(server.process_ids) - before) / seconds)


UNTOUCHED = 1.2
"""The limit of p99 by id with searches, as a multiple of that without."""


def table(found: Mapping[str, Results], peers: Mapping[str, Peer], share_of_most: float) -> Table:
    """A row for each contender and kind of request."""
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


def goals(found: Mapping[str, Results]) -> Iterator[Verdict]:
    """Searches hardly slow down requests by id."""
    target = Target("p99 by id in a mixed load, x that without searches", UNTOUCHED, "at most")
    ours = found[OURS]
    if is_steady(ours):
        yield Verdict(target, _p99_ratio(ours, BY_ID).middle)
    else:
        yield Verdict(target, None, "more requests came than were answered, so all had to wait")


def is_steady(found: Results) -> bool:
    """Whether in most rounds as many requests were answered as came."""
    values = [*found.mixed, *found.without]
    return _median([each.kinds[BY_ID].growth for each in values]) < GROWTH


def notes(found: Mapping[str, Results], peers: Mapping[str, Peer]) -> Iterator[str]:
    """Whether the server kept up, whether the generator was on time, and what failed."""
    for name, seen in found.items():
        if not is_steady(seen):
            yield (
                f"{peers[name].title}: more requests came than it can answer, so latency is that of a growing queue; "
                "use a smaller --share to see its own."
            )
        for what, values in (("with searches", seen.mixed), ("without searches", seen.without)):
            late = [each for one in values for each in one.kinds.values() if not each.is_on_time]
            if late:
                most = max(each.lag for each in late) * 1e3
                yield (
                    f"{peers[name].title}, {what}: the generator itself was late by up to {most:.1f} ms at p99, "
                    "more than a quarter of the p99 shown, which says as much about the machine as about the contender."
                )
            wrong: Counter[int] = Counter()
            for each in (each for one in values for each in one.kinds.values()):
                wrong.update(each.wrong)
            if wrong:
                told = ", ".join(f"{number} {status or 'none'}" for status, number in sorted(wrong.items()))
                yield f"{peers[name].title}, {what}: {wrong.total()} requests failed: {told}."


def _column(values: Sequence[Round], kind: str) -> Sequence[Latency]:
    return [each.kinds[kind] for each in values if kind in each.kinds]


def _p99(values: Sequence[Round], kind: str) -> Sample:
    return Sample.of(each.p99 for each in _column(values, kind))


def _p99_ratio(found: Results, kind: str) -> Spread:
    return ratio(_p99(found.mixed, kind), _p99(found.without, kind))


def _times(values: Sequence[Latency]) -> str:
    if not values:
        return "-"
    return f"{_median([each.p50 for each in values]) * 1e3:.1f}, {_median([each.p99 for each in values]) * 1e3:.1f}"


def _median(values: Sequence[float]) -> float:
    return Sample.of(values).median


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser(NAME, __doc__, rounds=4, seconds=5)
    reader.add_argument("--python", choices=(VERSION,), help="run Ogrom on Debian's Python")
    reader.add_argument(
        "--share", type=float, default=0.5, help="the rate, as a share of what it can do by id alone"
    )
    reader.set_defaults(peers=None)
    options = reader.parse_args(arguments)
    rounds, seconds = (1, 2) if options.quick else (options.rounds, options.seconds)
    peers = peers_of(options, ("ogrom",) if options.quick else STANDARD)
    console = Console(width=150)
    planned = _AROUND + len(peers) * (WARM_UP + 3 + (rounds + 1) * 2 * (seconds + _AROUND_THE_GENERATOR))
    console.print(f"{NAME}: {', '.join(peers)}, {rounds} rounds, about {minutes(planned)}")
    with TemporaryDirectory() as folder, seeded_database() as url:
        found = measured(
            peers, url, export_catalogue(url, Path(folder)), rounds, seconds, options.share, console.print
        )
    shown = [table(found, peers, options.share), verdicts(goals(found))]
    report = Report(
        NAME, command(NAME, arguments), shown, {}, msgspec.to_builtins(found), tuple(notes(found, peers))
    )
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
