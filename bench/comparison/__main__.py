"""Ogrom beside its peers: `./dev bench comparison [--peers ogrom,fastapi] [--rounds 4] [--against REVISION]`.

Every contender answers the same requests with the same bytes, from memory and from the same MariaDB. Those with the
same store and number of processes are up and warm together; they are loaded one at a time, in turn, round after round,
so that changes on the machine affect all. Ratios are medians of each round's ratios, with quartiles.
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
    """The plan that the command line asks for, and the folder of the documents."""
    reader = parser(NAME, __doc__, rounds=4, seconds=1)
    reader.add_argument(
        "--against", help="compare with Ogrom as this git revision would have been deployed, too"
    )
    add_peers(reader)
    options = reader.parse_args(arguments)
    peers = peers_of(options, QUICK_PEERS if options.quick else PEERS)
    if options.against:
        then = earlier(options.against)
        peers = {"ogrom": peers["ogrom"], then.name: then, **peers}
    rounds, cases = (1, QUICK) if options.quick else (options.rounds, CASES)
    return Plan(peers, STORES, cases, rounds, options.seconds), options.docs


def main(arguments: list[str]) -> None:
    """Measure and report."""
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
