"""A mixed load on Ogrom: `./dev bench mixed [--rounds 4] [--seconds 5] [--python 3.13]`.

80 % ask by id, 15 % for lists, 5 % search, all from MariaDB, with a balancer's header, one process. Requests come at
random moments, whatever became of those before (an open loop), at half the rate that the same server does by id alone;
that is measured first. In turn the same load comes without the searches, which shows what they do to the others.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.beside.run import peers_of
from bench.database import exported, stocked
from bench.measure.options import command, minutes, parser
from bench.measure.report import Report
from bench.measure.targets import verdicts
from bench.peers.pythons import VERSION

from .measuring import WARM_UP, measured
from .shown import figures, goals, notes, table

NAME = "mixed"
STANDARD = ("ogrom", "ogrom-threads")
_AROUND = 12.0
_AROUND_THE_GENERATOR = 0.4


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=4, seconds=5)
    reader.add_argument("--python", choices=(VERSION,), help="Ogrom runs on Debian's of this version")
    reader.add_argument("--share", type=float, default=0.5, help="of what by id alone can do, as the rate")
    reader.set_defaults(peers=None)
    options = reader.parse_args(arguments)
    rounds, seconds = (1, 2) if options.quick else (options.rounds, options.seconds)
    peers = peers_of(options, ("ogrom",) if options.quick else STANDARD)
    console = Console(width=150)
    planned = _AROUND + len(peers) * (WARM_UP + 3 + (rounds + 1) * 2 * (seconds + _AROUND_THE_GENERATOR))
    console.print(f"{NAME}: {', '.join(peers)}, {rounds} rounds, about {minutes(planned)}")
    with TemporaryDirectory() as folder, stocked() as url:
        found = measured(
            peers, url, exported(url, Path(folder)), rounds, seconds, options.share, console.print
        )
    shown = [table(found, peers, options.share), verdicts(goals(found))]
    report = Report(NAME, command(NAME, arguments), shown, {}, figures(found), tuple(notes(found, peers)))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
