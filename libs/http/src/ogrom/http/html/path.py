"""The path of a request through the graph, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..exchange import Exchange
from ..graph import EXCEPTION, NODES


@dataclass(frozen=True, slots=True)
class Visited:
    """A node on the way: its name, what it was asked, its answer and the style that goes with that."""

    name: str
    about: str
    answer: str
    style: str


def path_of(x: Exchange[Any, Any, Any]) -> tuple[Visited, ...]:
    """The nodes that were asked, without those that the resource's class answers for every request."""
    visited = tuple(_visited(name, answer) for name, answer in _way(x))
    return (*visited, _visited(EXCEPTION, None)) if x.exception is not None else visited


def _way(x: Exchange[Any, Any, Any]) -> Iterable[tuple[str, bool | None]]:
    if x.trace is not None:
        return [(visit.name, visit.answer) for visit in x.trace.visits if not visit.settled]
    return x.way


def _visited(name: str, answer: bool | None) -> Visited:
    node = NODES[name]
    if node.kind != "decision":
        return Visited(name, node.about, "", "end" if node.kind == "handler" else "done")
    said = {True: ("yes", "yes"), False: ("no", "no"), None: ("raised an exception", "raised")}
    return Visited(name, node.about, *said[answer])
