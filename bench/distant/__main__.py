"""What a round trip of 1 ms to MariaDB changes: `./dev bench distant [--peers ogrom,fastapi] [--milliseconds 1]`.

All contenders go by one proxy, a process that holds each byte back for half of it either way. What that takes of the
processors is in the table, since whoever asks the database more often pays more of it.
"""

import sys

from rich.console import Console

from bench.beside.cases import Case
from bench.beside.plan import Plan
from bench.beside.run import add_peers, peers_of, run
from bench.beside.shown import figures
from bench.measure.distance import ROUND_TRIP
from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.measure.targets import verdicts
from bench.peers import PEERS

from .shown import goals, table

NAME = "distant"
STANDARD = ("ogrom", "ogrom-threads", "flask-fair", "fastapi", "litestar", "fastify", "clojure")
QUICK_PEERS = ("ogrom", "fastapi")
CASES = (Case("product", 1), Case("product", 16), Case("product", 64), Case("collages", 16))
QUICK = CASES[:2]


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=4, seconds=1)
    add_peers(reader)
    reader.add_argument("--milliseconds", type=float, default=ROUND_TRIP * 1e3, help="of a round trip")
    options = reader.parse_args(arguments)
    peers = peers_of(options, QUICK_PEERS if options.quick else STANDARD)
    rounds, cases = (1, QUICK) if options.quick else (options.rounds, CASES)
    console = Console(width=170)
    plan = Plan(peers, ("MariaDB",), cases, rounds, options.seconds, is_steady=False)
    found = run(NAME, plan, console.print, options.milliseconds / 1e3)
    shown = [table(found, peers, options.milliseconds), verdicts(goals(found, PEERS, options.milliseconds))]
    report = Report(NAME, command(NAME, arguments), shown, {}, figures(found), tuple(found.notes))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
