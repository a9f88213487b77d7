"""What comes of more connections: `./dev bench connections [--peers ogrom,fastapi] [--rounds 5] [--python 3.13]`.

By id from MariaDB, one process each, over 1 to 256 connections, each with a request under way all the time: once with
the header that wrk sends, once with a balancer's. What a request costs is the processor time of the contender and of
MariaDB together.
"""

import sys

from rich.console import Console

from bench.beside.plan import Plan
from bench.beside.run import add_peers, peers_of, run
from bench.beside.shown import figures
from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.measure.targets import verdicts
from bench.peers import PEERS

from .loads import CASES, QUICK
from .shown import chart, goals, tables

NAME = "connections"
STANDARD = ("ogrom", "ogrom-threads", "fastapi", "litestar", "fastify", "clojure")
QUICK_PEERS = ("ogrom", "fastapi")


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=5, seconds=1)
    add_peers(reader)
    options = reader.parse_args(arguments)
    peers = peers_of(options, QUICK_PEERS if options.quick else STANDARD)
    rounds, cases = (1, QUICK) if options.quick else (options.rounds, CASES)
    console = Console(width=170)
    plan = Plan(peers, ("MariaDB",), cases, rounds, options.seconds, is_steady=False)
    found = run(NAME, plan, console.print)
    shown = [*tables(found, peers), verdicts(goals(found, PEERS))]
    drawn = {NAME: chart(found, peers)}
    report = Report(NAME, command(NAME, arguments), shown, drawn, figures(found), tuple(found.notes))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
