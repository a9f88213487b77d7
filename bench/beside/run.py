"""A plan, measured over a private MariaDB: what `beside` and the parts that ask the same have in common."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.database import exported, seconds_to_ask, server_process, stocked
from bench.measure.distance import distant
from bench.measure.options import chosen, minutes
from bench.peers import PEERS, Peer
from bench.peers.pythons import VERSION, on_debian

from .measuring import Found, measured
from .plan import Plan

DATABASE, WAY = "database", "way"
"""What works for all contenders: the server of the database, and the network before it where that takes its time."""


def add_peers(reader: argparse.ArgumentParser) -> None:
    """Let the command line say who is measured."""
    reader.add_argument("--peers", help=f"only these, between commas: {', '.join(PEERS)}")
    reader.add_argument(
        "--python", choices=(VERSION,), help="all that is in Python runs on Debian's of this version"
    )


def peers_of(options: argparse.Namespace, standard: Iterable[str]) -> Mapping[str, Peer]:
    """Whom the command line names, or the standard ones; Ogrom is always among them, and first."""
    peers = {"ogrom": PEERS["ogrom"], **chosen(PEERS, options.peers, standard)}
    return {**peers, **on_debian(peers)} if options.python else peers


def run(name: str, plan: Plan, tell: Callable[[str], object], round_trip: float = 0.0) -> Found:
    """Measure it.

    Args:
        name: of the part.
        plan: what is measured.
        tell: is told what happens now.
        round_trip: the seconds that the network before the database takes.
    """
    tell(f"{name}: {len(plan.peers)} contenders, {plan.rounds} rounds, about {minutes(plan.planned_seconds)}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = stack.enter_context(stocked())
        catalogue, others, remarks = exported(url, folder), {DATABASE: server_process(url)}, []
        if round_trip:
            way = stack.enter_context(distant(url, round_trip))
            near, far = (seconds_to_ask(each) * 1e3 for each in (url, way.url))
            remarks = [
                f"SELECT 1 takes {near:.2f} ms without the network in between, and {far:.2f} ms with it."
            ]
            url, others = way.url, {**others, WAY: way.process_id}
        found = measured(plan, url, catalogue, tell, others)
        found.remarks.extend(remarks)
        return found
