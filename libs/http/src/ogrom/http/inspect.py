"""Inspection: what a resource class answers itself, how its requests can end and why, and what it documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from itertools import groupby
from types import UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin

from . import decisions as defaults
from .decisions import R
from .definition import ACTIONS, IMPLIED, ResourceClass, allowed_methods, cached, overrides, type_hints
from .graph import EXCEPTION, GRAPH, NODES, Node
from .nodes import Constant
from .plan import Step, answer_of, asked, constant_answer, plan, reachable, refusing_answer
from .problem import Problem, ProblemType, declared_types
from .response import WITHOUT_CONTENT, Response

__all__ = ["decisions", "described_methods", "prose", "split_summary"]

Route: TypeAlias = tuple[str, ...]

ORDER = tuple(NODES)


@dataclass(frozen=True, slots=True)
class AnsweredNode:
    """A node that the class answers itself.

    Attributes:
        node: its name.
        answer: `method`, or `always(...)` where it is the same for every request.
    """

    node: str
    answer: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which requests with some method can end.

    Attributes:
        status: of the response, unless a Problem has one of its own.
        handler: the node where they end.
        routes: the shortest routes there, each as those answers only that differ from those of a plain request to
            something that exists; none for an exception.
    """

    status: int
    handler: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """How the requests to a resource are decided; as a `str`, in Markdown.

    Attributes:
        resource: the name of the class.
        answers: the nodes that the class answers, in the order of the graph.
        outcomes: by method, in the order of their statuses.
    """

    resource: str
    answers: tuple[AnsweredNode, ...]
    outcomes: Mapping[str, tuple[Outcome, ...]]

    def __str__(self) -> str:
        answers = [(each.node, each.answer) for each in self.answers]
        parts = [f"# {self.resource}", _table(("node", "answer"), answers)]
        for outcomes, methods in groupby(self.outcomes, key=self.outcomes.__getitem__):
            rows = [row for outcome in outcomes for row in _rows(outcome)]
            parts += [f"## {', '.join(methods)}", _table(("status", "handler", "where"), rows)]
        return "\n\n".join(parts) + "\n"


def decisions(resource: R | ResourceClass) -> Decisions:
    """What the class answers, and for each of its methods every status that its graph can end in.

    Methods that it does not allow are left out: they end in 405, or in 501 if they are unknown.
    """
    class_ = resource if isinstance(resource, type) else type(resource)
    outcomes = {method: _outcomes(class_, method) for method in allowed_methods(class_)}
    return Decisions(class_.__name__, tuple(_answers(class_)), outcomes)


def _answers(resource: ResourceClass) -> Iterator[AnsweredNode]:
    for node in GRAPH:
        answer = getattr(resource, node.name)
        if overrides(resource, node.name):
            yield AnsweredNode(node.name, repr(answer) if isinstance(answer, Constant) else "method")


def _outcomes(resource: ResourceClass, method: str) -> tuple[Outcome, ...]:
    search = _Search(new_if_missing=not overrides(resource, "new"))
    routes = search.routes(plan(resource, method))
    ends = [Outcome(node.status, node.name, routes[node.name]) for node in GRAPH if node.name in routes]
    failures = {NODES[EXCEPTION].status, *_exception_statuses(resource, method)}
    ends += [Outcome(status, EXCEPTION, ()) for status in failures]
    return tuple(sorted(ends, key=lambda outcome: outcome.status))


class _Search:
    """Finds the shortest routes to each handler, by the step that they begin at and whether `exists` was true."""

    def __init__(self, *, new_if_missing: bool) -> None:
        self._new_if_missing = new_if_missing
        self._known: dict[tuple[str, bool], dict[str, tuple[Route, ...]]] = {}

    def routes(self, step: Step, *, existed: bool = True) -> dict[str, tuple[Route, ...]]:
        if step.test is None:
            return {step.node.name: ((),)}
        key = step.node.name, existed
        if key not in self._known:
            self._known[key] = self._joined(step, existed=existed)
        return self._known[key]

    def _joined(self, step: Step, *, existed: bool) -> dict[str, tuple[Route, ...]]:
        found: dict[str, list[Route]] = {}
        for answer, label, next_ in self._branches(step, existed=existed):
            existed_ = answer if step.node.name == "exists" else existed
            for handler, routes in self.routes(next_, existed=existed_).items():
                found.setdefault(handler, []).extend(label + route for route in routes)
        return {handler: _shortest(routes) for handler, routes in found.items()}

    def _branches(self, step: Step, *, existed: bool) -> Iterator[tuple[bool, Route, Step]]:
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
    return NODES[node.on_false].status >= 300  # what the request decides seldom ends it


def _shortest(routes: list[Route]) -> tuple[Route, ...]:
    length = min(map(len, routes))
    shortest = {route for route in routes if len(route) == length}
    return tuple(sorted(shortest, key=lambda route: [ORDER.index(answer[:-1]) for answer in route]))


def _rows(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    told = [" ".join(route) or "a plain request" for route in outcome.routes] or ["an exception"]
    for position, route in enumerate(told):
        yield (str(outcome.status), outcome.handler, route) if position == 0 else ("", "", f"or {route}")


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can be read as plain text."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = [columns, ["-" * width for width in widths], *rows]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


# What the API's description says.


def described_methods(resource: ResourceClass) -> tuple[str, ...]:
    """The methods that the API's description has an operation for."""
    return tuple(each for each in allowed_methods(resource) if each not in IMPLIED)


@cached
def statuses(resource: ResourceClass, method: str) -> dict[int, tuple[Node, ...]]:
    """The statuses in which a request can end, each with its handlers.

    A status that only `handle_exception` gives, or the type of a problem, has no handler of its own.
    """
    further = (*_exception_statuses(resource, method), *problem_types(resource, method))
    found: dict[int, tuple[Node, ...]] = dict.fromkeys(further, ())
    for node in (*reachable(plan(resource, method)), NODES[EXCEPTION]):
        if node.kind == "handler":
            found[node.status] = (*found.get(node.status, ()), node)
    return dict(sorted(found.items()))


def _exception_statuses(resource: ResourceClass, method: str) -> tuple[int, ...]:
    types = resource.exception_problems.get(method, ())
    return (*resource.exception_statuses.get(method, ()), *(each.status for each in types))


@cached
def problem_types(resource: ResourceClass, method: str) -> dict[int, tuple[ProblemType, ...]]:
    """The types of the problems that a request can be refused with, by status; none where the status says all."""
    names = asked(resource, (method,)) | {EXCEPTION}
    types = {each for name in names for each in _types_of(resource, NODES[name], method)}
    types |= {*resource.exception_problems.get(method, ())}
    if "handle_unauthorized" in names and isinstance(resource.challenge.type, ProblemType):
        types.add(resource.challenge.type)
    ordered = sorted(types, key=lambda each: (each.status, each.name))
    return {status: tuple(each) for status, each in groupby(ordered, key=lambda each: each.status)}


def needed_field(resource: ResourceClass, method: str, status: int) -> str:
    """The header field without which no request ends in the status, as its problem types say; empty if some do."""
    fields = {each.field for each in problem_types(resource, method).get(status, ())}
    field = fields.pop() if len(fields) == 1 else ""
    without = {each.status for each in reachable(plan(resource, method), without=field)}
    return "" if status in without or status in resource.exception_statuses.get(method, ()) else field


def all_problem_types(resource: ResourceClass) -> frozenset[ProblemType]:
    """The types of the problems that requests with any allowed method can be refused with, or be shown."""
    methods = (problem_types(resource, method).values() for method in allowed_methods(resource))
    return frozenset(kind for kinds in methods for each in kinds for kind in each).union(
        resource.content_problems
    )


def _types_of(resource: ResourceClass, node: Node, method: str) -> tuple[ProblemType, ...]:
    """The types that a node's answer refuses with."""
    constant = constant_answer(resource, node, method)
    if node.kind == "decision" and constant is not None and constant is not refusing_answer(node):
        return ()
    answer = answer_of(resource, node, method)
    return node.types if answer is node.default else declared_types(answer)


@cached
def content_type(resource: ResourceClass, method: str, handler: Node) -> Any:
    """The type of what a handler of a success returns, as annotated; None where there is no content.

    Raises:
        DefinitionError: the annotation cannot be evaluated.
    """
    function = getattr(resource, handler.name)
    if handler.status in WITHOUT_CONTENT or (isinstance(function, Constant) and function.value is None):
        return None
    if overrides(resource, handler.name):
        return _rendered(resource, handler.name)
    action = ACTIONS.get(method) if function is defaults.result else None  # otherwise it says nothing
    return _rendered(resource, action) if action and overrides(resource, action) else None


def _rendered(resource: ResourceClass, name: str) -> Any:
    """The type that a method returns, without what is not rendered: a Problem or a Response."""
    hint = type_hints(resource, name).get("return", object)
    if get_origin(hint) in (Union, UnionType):
        rest = [each for each in get_args(hint) if each not in (Problem, Response)]
        return Union[tuple(rest)] if len(rest) < len(get_args(hint)) else hint  # noqa: UP007  # made at run time
    return None if hint is type(None) or hint in (Problem, Response) else hint


SECTION: Final = re.compile(
    r"^(Args|Arguments|Attributes|Example|Examples|Note|Raises|Returns|Yields):\s*$", re.MULTILINE
)


def prose(documented: object) -> str:
    """The docstring of a class or function up to its first section; empty for one that `dataclass` has made."""
    text = vars(documented).get("__doc__") if isinstance(documented, type) else documented.__doc__
    if not text or (isinstance(documented, type) and text.startswith(f"{documented.__name__}(")):
        return ""
    return SECTION.split(cleandoc(text), maxsplit=1)[0].strip()


def split_summary(text: str) -> tuple[str, str]:
    """The first sentence of a docstring's prose, and the rest; either may be empty."""
    sentence = re.match(r".*?(?:\.(?=\s)|\Z|(?=\n\n))", text, re.DOTALL)
    assert sentence is not None
    return " ".join(sentence[0].split()), text[sentence.end() :].strip()
