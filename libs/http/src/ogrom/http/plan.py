"""Plans: the graph folded around what a resource class has decided for good, and the walk through it.

A decision whose answer is constant for a class and a method is left out, and so is one that only looks for a header
field and leads to the same place either way. A request then visits only the nodes that can differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from .decisions import Has, R, X
from .definition import ResourceClass, cached, overrides
from .exchange import EarlierRequest
from .graph import EXCEPTION, NODES, START, Node
from .nodes import Constant, is_for
from .problem import Challenge, Problem

Test = Callable[[R, X], bool]
Handler = Callable[[R, X], object]
ANY_OTHER: Final = ""
"""Stands for every method that a resource class does not know."""
CREATING: Final = ("can_put_to_missing", "can_post_to_missing", "can_post_to_gone")
"""Let a request create something: False once `exists` or a later decision returned a Problem."""
USED: Final = "idempotency_key_used"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A node as it is visited: `test` says where to go on, `handler` what to say at the end."""

    node: Node
    test: Test | None
    handler: Handler | None
    on_true: Step | None = None
    on_false: Step | None = None


# The walk.


class Observer(Protocol):
    """Sees each node as a request visits it."""

    def ask(self, step: Step, resource: R, x: X, /) -> bool:
        """Ask the step's test."""
        ...

    def handle(self, step: Step, resource: R, x: X, /) -> object:
        """Call the step's handler."""
        ...


def walk(step: Step, resource: R, x: X, observer: Observer | None = None) -> Step:
    """Follow the resource's answers to the handler that ends the exchange."""
    while (test := step.test) is not None:
        answer = test(resource, x) if observer is None else observer.ask(step, resource, x)
        step = step.on_true if answer else step.on_false  # type: ignore[assignment]  # a test has both
    return step


class _PathObserver:
    """Records the visited nodes and their answers in `x.path`."""

    def ask(self, step: Step, resource: R, x: X) -> bool:
        assert step.test is not None
        assert x.path is not None
        x.path.append((step.node.name, None))  # if it raises, this is where
        answer = step.test(resource, x)
        x.path[-1] = (step.node.name, answer)
        return answer

    def handle(self, step: Step, resource: R, x: X) -> object:
        assert step.handler is not None
        assert x.path is not None
        x.path.append((step.node.name, None))
        return step.handler(resource, x)


PATH_OBSERVER: Final[Observer] = _PathObserver()
"""Records the visited nodes in `x.path`, which must be a list."""


# Plans.


@cached
def plan(resource: ResourceClass, method: str, *, folded: bool = True, first: str = START) -> Step:
    """The first step for a method.

    Args:
        resource: the class; all its values share its plans.
        method: one of the class's `known_methods`, or `ANY_OTHER`: methods that clients invent are not cached.
        folded: False keeps every node, for a trace that shows the whole path.
        first: the node to begin with; if it is folded away, the plan begins with one after it.
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
            return Step(node, _test(node, answer), None, next_, next_) if found else next_
        on_true, on_false = build(node.on_true), build(node.on_false)
        if folded and on_true is on_false and isinstance(answer, Has):
            return on_true
        asked = constant is None or node.name == "exists"
        test = _test(node, answer) if asked else Constant(bool(constant))
        return Step(node, test, None, on_true, on_false)

    return build(first)


@cached
def exception_step(resource: ResourceClass) -> Step:
    """The step of an exchange in which something raised an exception."""
    return Step(NODES[EXCEPTION], None, getattr(resource, EXCEPTION))


def answer_of(resource: ResourceClass, node: Node, method: str) -> Handler:
    """What answers the node: the class, or the table if the class does not for this method."""
    answer: Handler = getattr(resource, node.name)
    return answer if is_for(answer, method) else node.default


def constant_answer(resource: ResourceClass, node: Node, method: str) -> bool | None:
    """The node's answer to every exchange with this method; None if that depends on the exchange."""
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
    if not isinstance(answer.value, bool | None) or (node.name in CREATING and answer.value):
        return None
    return bool(answer.value)


def asked(resource: ResourceClass, methods: Iterable[str]) -> set[str]:
    """The names of all nodes that requests with these methods can come to, also of those folded away."""
    return {name for method in methods for name in _asked(resource, method)}


@cached
def _asked(resource: ResourceClass, method: str) -> frozenset[str]:
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


def reachable(step: Step, *, without: str = "") -> Iterator[Node]:
    """Every node that a walk from this step can come to, each once.

    Args:
        without: a header field that the request does not have.
    """
    seen: dict[str, Node] = {}
    waiting: list[Step | None] = [step]
    while waiting:
        step_ = waiting.pop()
        if step_ is not None and step_.node.name not in seen:
            seen[step_.node.name] = step_.node
            lacks = isinstance(step_.node.default, Has) and step_.node.default.field == without.lower()
            waiting += (None if lacks else step_.on_true, step_.on_false)
    return iter(seen.values())


# What a node's return value means for the exchange, and which way it leads.


def _test(node: Node, answer: Callable[[R, X], object]) -> Test:
    """The node's answer as a plain True or False, with what else it says stored in the exchange."""
    if node.kind == "action":
        return _action(answer, replaces=node.name in ("put", "patch"))
    if node.name == "exists":
        return _exists(answer)
    if node.name == USED:
        return _used(answer)
    if isinstance(answer, Has):
        return answer  # it says True or False and nothing else
    test = _decision(node.name, answer, refusal=refusing_answer(node))
    return _unless_refused(test) if node.name in CREATING else test


def refusing_answer(node: Node) -> bool | None:
    """The answer of a decision that leads to an error, directly or not; None where it is too late to refuse."""
    return True if NODES[node.on_true].status >= 400 else False if _leads_to_error(node.name) else None


@cache
def _leads_to_error(name: str) -> bool:
    node = NODES[name]
    if node.kind == "handler":
        return node.status >= 400
    return _leads_to_error(node.on_true) or _leads_to_error(node.on_false)


def _decision(name: str, answer: Callable[[R, X], object], *, refusal: bool | None) -> Test:
    def test(resource: R, x: X) -> bool:
        said = answer(resource, x)
        if said is True or said is False:
            return said
        if isinstance(said, Problem) and refusal is not None:
            x.problem = said
            return refusal
        if isinstance(said, Challenge) and name == "authorized":
            x.challenge = said
            return False
        wanted = "True or False: it is too late to refuse" if refusal is None else "True, False or a Problem"
        raise TypeError(f"{type(resource).__qualname__}.{name} returned {said!r}; it may return {wanted}")

    return test


def _exists(answer: Callable[[R, X], object]) -> Test:
    def test(resource: R, x: X) -> bool:
        found = answer(resource, x)
        if found is None or found is False:
            return False
        if isinstance(found, Problem):
            x.problem = found
            return False
        x.existed = True
        if found is not True:
            x.entity = found
        return True

    return test


def _used(answer: Callable[[R, X], object]) -> Test:
    def test(resource: R, x: X) -> bool:
        said = answer(resource, x)
        if not isinstance(said, EarlierRequest):
            if said:
                raise TypeError(
                    f"{type(resource).__qualname__}.{USED} returned {said!r}; it may return an EarlierRequest, or None"
                )
            return False
        x.earlier = said
        x.existed = said.existed
        x.result = said.result
        if x.method in ("PUT", "PATCH") and said.result is not None:
            x.entity = said.result
        return True

    return test


def _unless_refused(test: Test) -> Test:
    return lambda resource, x: x.problem is None and test(resource, x)


def _action(answer: Callable[[R, X], object], *, replaces: bool) -> Test:
    def test(resource: R, x: X) -> bool:
        x.result = answer(resource, x)
        if replaces and x.result is not None:
            x.entity = x.result
        return True

    return test
