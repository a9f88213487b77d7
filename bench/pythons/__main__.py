"""What Debian's Python does for each contender: `./dev bench pythons [--peers ogrom,fastapi] [--rounds 4]`.

All contenders that run in Python are up twice: on the Python of this checkout's environments, and on the one that
Debian builds with profiles and link-time optimisation. By id at 16 connections, from memory and from MariaDB.
"""

import sys

from rich.console import Console

from bench.beside.cases import STANDARD, STORES
from bench.beside.plan import Plan
from bench.beside.run import run
from bench.beside.shown import figures
from bench.measure.options import chosen, command, parser
from bench.measure.report import Report
from bench.peers import PEERS
from bench.peers.pythons import VERSION, missing, on_debian

from .shown import tables

NAME = "pythons"
QUICK_PEERS = ("ogrom", "fastapi")


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
