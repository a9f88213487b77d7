"""Answers: what a node's return value means for the exchange, and which way it leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from .graph import NODES, Node
from .problem import Challenge, Problem
from .rules import Has, R, X

Test = Callable[[R, X], bool]

MAKING: Final = ("can_put_to_missing", "can_post_to_missing", "can_post_to_gone")
"""Let a request make something where nothing is: False once `exists` or a later decision returned a Problem."""


def test_of(node: Node, answer: Callable[[R, X], object]) -> Test:
    """The node's answer as a plain True or False, with what else it says noted in the exchange."""
    if node.kind == "action":
        return _action(answer, replaces=node.name in ("put", "patch"))
    if node.name == "exists":
        return _exists(answer)
    if isinstance(answer, Has):
        return answer  # it says True or False and nothing else
    test = _decision(node.name, answer, refusal=_refuses_with(node))
    return _unless_refused(test) if node.name in MAKING else test


def _refuses_with(node: Node) -> bool | None:
    """The answer that leads to an error, straight or not; None where it is too late to refuse."""
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


def _unless_refused(test: Test) -> Test:
    return lambda resource, x: x.problem is None and test(resource, x)


def _action(answer: Callable[[R, X], object], *, replaces: bool) -> Test:
    def test(resource: R, x: X) -> bool:
        x.result = answer(resource, x)
        if replaces and x.result is not None:
            x.entity = x.result
        return True

    return test
