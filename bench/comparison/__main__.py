"""Ogrom beside its peers: `./dev bench comparison [--peers ogrom,fastapi] [--rounds 4] [--against REVISION]`.

Every contender answers the same requests with the same bytes, from memory and from the same MariaDB. Those of one
store and number of processes are up together and warm; one at a time is loaded, all in turn, round after round, so
that what changes on the machine changes for all. Ratios are medians of the rounds' own ratios, with quartiles.
"""

import sys
from pathlib import Path

from rich.console import Console

from bench.measure.options import command, parser
from bench.measure.report import Report, verdicts
from bench.peers import PEERS
from bench.peers.environments import earlier

from .cases import CASES, QUICK, STORES
from .goals import BOUNDS, kept, memory_goals, throughput_goals
from .measuring import Plan, add_peers, peers_of, run
from .report import charts, figures, tables

NAME = "comparison"
QUICK_PEERS = ("ogrom", "flask-fair", "fastapi")


def plan_of(arguments: list[str]) -> tuple[Plan, Path | None]:
    """What the command line asks for, and where the documentation is."""
    reader = parser(NAME, __doc__, rounds=4, seconds=1)
    reader.add_argument("--against", help="beside them, Ogrom as this git revision would have been deployed")
    add_peers(reader)
    options = reader.parse_args(arguments)
    peers = peers_of(options, QUICK_PEERS if options.quick else PEERS)
    if options.against:
        then = earlier(options.against)
        peers = {"ogrom": peers["ogrom"], then.name: then, **peers}
    rounds, cases = (1, QUICK) if options.quick else (options.rounds, CASES)
    return Plan(peers, STORES, cases, rounds, options.seconds), options.docs


def main(arguments: list[str]) -> None:
    """Measure and show."""
    plan, docs = plan_of(arguments)
    console = Console(width=170)
    found = run(NAME, plan, console.print)
    judged = (*throughput_goals(found, PEERS, BOUNDS), *memory_goals(found, PEERS), *kept(found, plan.peers))
    shown = [*tables(found, plan.peers), verdicts(judged)]
    drawn = charts(found, plan.peers)
    report = Report(NAME, command(NAME, arguments), shown, drawn, figures(found), tuple(found.notes))
    report.publish(console, docs)


if __name__ == "__main__":
    main(sys.argv[1:])
