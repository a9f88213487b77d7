"""What Debian's Python does for each contender: `./dev bench pythons [--peers ogrom,fastapi] [--rounds 4]`.

All contenders that run in Python are up twice: on the Python of this checkout's environments, and on the one that
Debian builds with profiles and link-time optimisation. By id at 16 connections, from memory and from MariaDB.
"""

import platform
import sys
from collections.abc import Iterator, Mapping

from rich.console import Console

from bench.measure.options import chosen, command, parser
from bench.measure.report import Report
from bench.peers import PEERS, Peer

from .comparison.cases import STANDARD, STORES, Store
from .comparison.goals import OURS, per_second
from .comparison.measuring import Plan, Results, run
from .comparison.report import figures
from .measure.report import Table
from .measure.timing import Sample, Spread, ratio
from .peers.environments import VERSION, missing, on_debian

NAME = "pythons"
QUICK_PEERS = ("ogrom", "fastapi")


def tables(
    found: Results, peers: Mapping[str, Peer], others: Mapping[str, str], version: str
) -> Iterator[Table]:
    """Each contender on both, a table for each store.

    Args:
        found: what was measured.
        peers: by name.
        others: the name of each on the other Python.
        version: of the other Python.
    """
    here = ".".join(platform.python_version_tuple()[:2])
    for store in STORES:
        heads = ("", here, version, f"{version} / {here}", f"Ogrom / it, {here}", f"Ogrom / it, {version}")
        rows = [
            (
                peer.title,
                _rate(found, name, store),
                _rate(found, others[name], store),
                _told(_ratio(found, others[name], name, store)),
                _told(_ratio(found, OURS, name, store)),
                _told(_ratio(found, others[OURS], others[name], store)),
            )
            for name, peer in peers.items()
        ]
        yield Table(
            f"Requests a second from {store}, by id, 16 connections, one process, by Python", heads, rows
        )


def _sample(found: Results, name: str, store: Store) -> Sample | None:
    values = found.loaded.get((name, store, STANDARD))
    return Sample.of(map(per_second, values)) if values else None


def _rate(found: Results, name: str, store: Store) -> str:
    sample = _sample(found, name, store)
    return f"{sample.median:,.0f}" if sample else "-"


def _ratio(found: Results, above: str, below: str, store: Store) -> Spread | None:
    over, under = (_sample(found, name, store) for name in (above, below))
    return ratio(over, under) if over and under and above != below else None


def _told(spread: Spread | None) -> str:
    return str(spread) if spread else "-"


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=4, seconds=1)
    moved = on_debian(PEERS)
    reader.add_argument("--peers", help=f"only these, between commas: {', '.join(moved)}")
    options = reader.parse_args(arguments)
    if lacking := missing():
        sys.exit(f"bench: missing is {lacking}")
    here = {name: PEERS[name] for name in moved}
    peers = {"ogrom": here["ogrom"], **chosen(here, options.peers, QUICK_PEERS if options.quick else here)}
    console = Console(width=150)
    rounds = 1 if options.quick else options.rounds
    twice = {**peers, **{moved[name].name: moved[name] for name in peers}}
    plan = Plan(twice, STORES, (STANDARD,), rounds, options.seconds, is_steady=False)
    found = run(NAME, plan, console.print)
    shown = tuple(tables(found, peers, {name: moved[name].name for name in peers}, VERSION))
    report = Report(NAME, command(NAME, arguments), shown, {}, figures(found), tuple(found.notes))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
