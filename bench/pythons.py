"""What Debian's Python changes for each contender: `./dev bench pythons [--peers ogrom,fastapi] [--rounds 4]`.

All contenders that run in Python are up twice: on the Python of this checkout's environments, and on Debian's, which is
built with profile-guided and link-time optimisation. By id at 16 connections, from memory and from MariaDB.
"""

import platform
import sys
from collections.abc import Iterator, Mapping

from rich.console import Console

from bench.measure.options import chosen, command, parser
from bench.measure.report import Report
from bench.peers import PEERS, Peer

from .comparison.cases import STANDARD, STORES, Store
from .comparison.goals import OURS, compared
from .comparison.measuring import Plan, Results, per_second, run
from .comparison.report import figures
from .measure.report import NONE, Table, cell
from .peers.environments import VERSION, missing, on_debian

NAME = "pythons"
QUICK_PEERS = ("ogrom", "fastapi")


def tables(
    found: Results, peers: Mapping[str, Peer], others: Mapping[str, str], version: str
) -> Iterator[Table]:
    """A table for each store, with each contender here and on the other Python, where `others` has its name."""
    here = ".".join(platform.python_version_tuple()[:2])
    heads = ("", here, version, f"{version} / {here}", f"Ogrom / it, {here}", f"Ogrom / it, {version}")
    for store in STORES:

        def row(name: str, there: str, store: Store = store) -> Iterator[str]:
            for each in (name, there):
                yield cell(found.sample(each, store, STANDARD, per_second))
            for ours, theirs in ((there, name), (OURS, name), (others[OURS], there)):
                spread = compared(found, theirs, store, STANDARD, per_second, ours)
                yield str(spread) if spread and ours != theirs else NONE

        rows = [(peer.title, *row(name, others[name])) for name, peer in peers.items()]
        title = f"Requests a second from {store}, by id, 16 connections, one process, by Python"
        yield Table(title, heads, rows)


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser(NAME, __doc__, rounds=4, seconds=1)
    moved = on_debian(PEERS)
    reader.add_argument("--peers", help=f"only these, separated by commas: {', '.join(moved)}")
    options = reader.parse_args(arguments)
    if lacking := missing():
        sys.exit(f"bench: Debian's Python is missing: {lacking}")
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
