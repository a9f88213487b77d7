"""Plans: the graph folded around what a resource class has decided for good.

A decision whose answer is constant for a class and a method is left out, and so is one that only looks for a
header field and leads to the same place either way. A request then walks the nodes that can differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .answers import MAKING, Test, test_of
from .definition import overrides
from .graph import EXCEPTION, NODES, START, Node
from .memo import remembered
from .nodes import Constant, is_for
from .rules import Has, R, X

Handler = Callable[[R, X], object]

ANY_OTHER: Final = ""
"""Stands for every method that a resource class does not know."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A node as it is walked: `test` says where to go on, `handler` what to say at the end."""

    node: Node
    test: Test | None
    handler: Handler | None
    on_true: Step | None = None
    on_false: Step | None = None


def walk(step: Step, resource: R, x: X) -> Step:
    """Follow the resource's answers to the handler that ends the exchange."""
    while step.test is not None:
        step = step.on_true if step.test(resource, x) else step.on_false  # type: ignore[assignment]  # a test has both
    return step


@remembered
def plan(resource: type[R], method: str, *, folded: bool = True) -> Step:
    """The first step for a method.

    Args:
        resource: the class; all its values share its plans.
        method: one of the class's `known_methods`, or `ANY_OTHER`: what clients make up is not remembered.
        folded: False keeps every node, for a trace that shows the whole path.
    """
    steps: dict[str, Step] = {}

    def build(name: str) -> Step:
        if name not in steps:
            steps[name] = make(NODES[name])
        return steps[name]

    def make(node: Node) -> Step:
        answer = answer_of(resource, node, method)
        if node.kind == "handler":
            return Step(node, None, answer)
        constant = constant_answer(resource, node, method)
        if folded and constant is not None:
            next_ = build(node.on_true if constant else node.on_false)
            found = node.name == "exists" and constant  # is asked all the same, for `x.existed`
            return Step(node, test_of(node, answer), None, next_, next_) if found else next_
        on_true, on_false = build(node.on_true), build(node.on_false)
        if folded and on_true is on_false and isinstance(answer, Has):
            return on_true
        asked = constant is None or node.name == "exists"
        test = test_of(node, answer) if asked else Constant(bool(constant))
        return Step(node, test, None, on_true, on_false)

    return build(START)


@remembered
def exception_step(resource: type[R]) -> Step:
    """Where an exchange ends in which something raised an exception."""
    return Step(NODES[EXCEPTION], None, getattr(resource, EXCEPTION))


def answer_of(resource: type[R], node: Node, method: str) -> Handler:
    """What answers the node: the class, or the table where the class does not for this method."""
    answer: Handler = getattr(resource, node.name)
    return answer if is_for(answer, method) else node.default


def constant_answer(resource: type[R], node: Node, method: str) -> bool | None:
    """What the node answers to every exchange with this method; None where that depends on the exchange."""
    if node.methods and method not in node.methods:
        return False
    if node.static is not None and not overrides(resource, node.name):
        decided = node.static(resource, method)
        if decided is not None:
            return decided
    answer = answer_of(resource, node, method)
    if not isinstance(answer, Constant):
        return None
    if node.kind == "action":
        return True
    if not isinstance(answer.value, bool | None) or (node.name in MAKING and answer.value):
        return None
    return bool(answer.value)


def asked(resource: type[R], methods: Iterable[str]) -> set[str]:
    """The names of all nodes that requests with these methods can come to, also of those folded away."""
    return {name for method in methods for name in _asked(resource, method)}


@remembered
def _asked(resource: type[R], method: str) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [START]
    while waiting:
        name = waiting.pop()
        if name and name not in seen:
            seen.add(name)
            node = NODES[name]
            constant = constant_answer(resource, node, method)
            waiting += [node.on_true] if constant is not False else []
            waiting += [node.on_false] if constant is not True else []
    return frozenset(seen)


def reachable(step: Step) -> Iterator[Node]:
    """Every node that a walk from this step can come to, each once."""
    seen: dict[str, Node] = {}
    waiting: list[Step | None] = [step]
    while waiting:
        step_ = waiting.pop()
        if step_ is not None and step_.node.name not in seen:
            seen[step_.node.name] = step_.node
            waiting += (step_.on_true, step_.on_false)
    return iter(seen.values())
