"""What a server serves that has just been started: `./dev bench cold [--peers ogrom,clojure] [--rounds 3]`.

Each contender is started alone, in turn, and loaded over 16 connections as soon as it has answered its first request;
what it serves is counted by tenths of a second from exec. Files are in the system's cache, and Python's are compiled.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.beside.run import add_peers, peers_of
from bench.database import exported, stocked
from bench.measure.options import command, minutes, parser
from bench.measure.report import Report
from bench.measure.targets import verdicts
from bench.peers import PEERS

from .shown import chart, figures, goals, table
from .starts import SPAN, starts

NAME = "cold"
STANDARD = ("ogrom", "flask-fair", "fastapi", "clojure", "clojure-trained")
QUICK_SECONDS = 5
_AROUND = {"jvm": 10.0}
_OTHERS_AROUND = 2.5
_DATABASE = 10.0


def main(arguments: list[str]) -> None:
    """Measure and show."""
    reader = parser(NAME, __doc__, rounds=3, seconds=SPAN)
    add_peers(reader)
    options = reader.parse_args(arguments)
    peers = peers_of(options, STANDARD)
    count, seconds = (1, QUICK_SECONDS) if options.quick else (options.rounds, max(5, options.seconds))
    around = sum(_AROUND.get(each.group, _OTHERS_AROUND) for each in peers.values())
    console = Console(width=150)
    planned = minutes(_DATABASE + around + count * (around + seconds * len(peers)))
    console.print(f"{NAME}: {len(peers)} contenders, {count} starts each, about {planned}")
    with TemporaryDirectory() as folder, stocked() as url:
        found = starts(peers, url, exported(url, Path(folder)), count, seconds)
    shown = [table(found, peers), verdicts(goals(found, PEERS))]
    report = Report(NAME, command(NAME, arguments), shown, {NAME: chart(found, peers)}, figures(found))
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
