"""Decisions of a resource class: what it answers itself, and how its requests can end, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from .definition import allowed_methods, overrides
from .graph import EXCEPTION, GRAPH, NODES, Node
from .nodes import Constant
from .plan import Step, plan
from .resource import Resource

__all__ = ["decisions"]

Way: TypeAlias = tuple[str, ...]

ORDER = tuple(NODES)


@dataclass(frozen=True, slots=True)
class Answered:
    """A node that the class answers itself.

    Attributes:
        node: its name.
        answer: `method`, or `always(...)` where it is the same for every request.
    """

    node: str
    answer: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One end that requests with some method can come to.

    Attributes:
        status: of the response, unless a Problem has one of its own.
        handler: the node that says it.
        ways: the shortest ways there, each told by those answers only that a plain request to something that
            is there does not get; none for what ends in an exception.
    """

    status: int
    handler: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What can become of the requests to a resource; as a `str`, in Markdown.

    Attributes:
        resource: the name of the class.
        answers: the nodes that the class answers, in the order of the graph.
        outcomes: by method, in the order of their statuses.
    """

    resource: str
    answers: tuple[Answered, ...]
    outcomes: Mapping[str, tuple[Outcome, ...]]

    def __str__(self) -> str:
        answers = [(each.node, each.answer) for each in self.answers]
        parts = [f"# {self.resource}", _table(("node", "answer"), answers)]
        for outcomes, methods in groupby(self.outcomes, key=self.outcomes.__getitem__):
            rows = [row for outcome in outcomes for row in _rows(outcome)]
            parts += [f"## {', '.join(methods)}", _table(("status", "handler", "where"), rows)]
        return "\n\n".join(parts) + "\n"


def decisions(resource: Resource[Any, Any] | type[Resource[Any, Any]]) -> Decisions:
    """What the class answers, and for each of its methods every status that its graph can end in.

    Methods that it does not allow are left out: they end in 405, or in 501 where nobody knows them.
    """
    class_ = resource if isinstance(resource, type) else type(resource)
    outcomes = {method: _outcomes(class_, method) for method in allowed_methods(class_)}
    return Decisions(class_.__name__, tuple(_answers(class_)), outcomes)


def _answers(resource: type[Resource[Any, Any]]) -> Iterator[Answered]:
    for node in GRAPH:
        answer = getattr(resource, node.name)
        if overrides(resource, node.name):
            yield Answered(node.name, repr(answer) if isinstance(answer, Constant) else "method")


def _outcomes(resource: type[Resource[Any, Any]], method: str) -> tuple[Outcome, ...]:
    search = _Search(new_if_missing=not overrides(resource, "new"))
    ways = search.ways(plan(resource, method))
    ends = [Outcome(node.status, node.name, ways[node.name]) for node in GRAPH if node.name in ways]
    failures = {NODES[EXCEPTION].status, *resource.explained.get(method, ())}
    ends += [Outcome(status, EXCEPTION, ()) for status in failures]
    return tuple(sorted(ends, key=lambda outcome: outcome.status))


class _Search:
    """The shortest ways to each handler, by the step that they begin at and whether `exists` said yes."""

    def __init__(self, *, new_if_missing: bool) -> None:
        self._new_if_missing = new_if_missing
        self._known: dict[tuple[str, bool], dict[str, tuple[Way, ...]]] = {}

    def ways(self, step: Step, *, existed: bool = True) -> dict[str, tuple[Way, ...]]:
        if step.test is None:
            return {step.node.name: ((),)}
        key = step.node.name, existed
        if key not in self._known:
            self._known[key] = self._joined(step, existed=existed)
        return self._known[key]

    def _joined(self, step: Step, *, existed: bool) -> dict[str, tuple[Way, ...]]:
        found: dict[str, list[Way]] = {}
        for answer, label, next_ in self._branches(step, existed=existed):
            existed_ = answer if step.node.name == "exists" else existed
            for handler, ways in self.ways(next_, existed=existed_).items():
                found.setdefault(handler, []).extend(label + way for way in ways)
        return {handler: _shortest(ways) for handler, ways in found.items()}

    def _branches(self, step: Step, *, existed: bool) -> Iterator[tuple[bool, Way, Step]]:
        assert step.on_true is not None
        assert step.on_false is not None
        if step.on_true is step.on_false:
            yield True, (), step.on_true
        elif step.node.name == "new" and self._new_if_missing:
            yield not existed, (), step.on_false if existed else step.on_true
        else:
            expected = _expected(step.node)
            yield True, () if expected else (f"{step.node.name}+",), step.on_true
            yield False, (f"{step.node.name}-",) if expected else (), step.on_false


def _expected(node: Node) -> bool:
    """The answer that a plain request to something that is there gets."""
    if isinstance(node.default, Constant):
        return bool(node.default.value)
    return NODES[node.on_false].status >= 300  # what the request decides mostly does not end it


def _shortest(ways: list[Way]) -> tuple[Way, ...]:
    length = min(map(len, ways))
    shortest = {way for way in ways if len(way) == length}
    return tuple(sorted(shortest, key=lambda way: [ORDER.index(answer[:-1]) for answer in way]))


def _rows(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    told = [" ".join(way) or "a plain request" for way in outcome.ways] or ["an exception"]
    for position, way in enumerate(told):
        yield (str(outcome.status), outcome.handler, way) if position == 0 else ("", "", f"or {way}")


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can be read as plain text."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = [columns, ["-" * width for width in widths], *rows]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)
