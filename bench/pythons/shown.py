"""The tables of two Pythons."""

import platform
from collections.abc import Iterator, Mapping

from bench.beside.cases import STANDARD, STORES, Store
from bench.beside.goals import OURS, per_second
from bench.beside.measuring import Found
from bench.measure.rounds import Sample, Spread, ratio
from bench.measure.tables import Table
from bench.peers import Peer


def tables(
    found: Found, peers: Mapping[str, Peer], others: Mapping[str, str], version: str
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


def _sample(found: Found, name: str, store: Store) -> Sample | None:
    values = found.loaded.get((name, store, STANDARD))
    return Sample.of(map(per_second, values)) if values else None


def _rate(found: Found, name: str, store: Store) -> str:
    sample = _sample(found, name, store)
    return f"{sample.median:,.0f}" if sample else "-"


def _ratio(found: Found, above: str, below: str, store: Store) -> Spread | None:
    over, under = (_sample(found, name, store) for name in (above, below))
    return ratio(over, under) if over and under and above != below else None


def _told(spread: Spread | None) -> str:
    return str(spread) if spread else "-"
