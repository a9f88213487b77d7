"""Ways: the nodes that an exchange came by, for the page that a person gets to see of it."""

from __future__ import annotations

from .plan import Step
from .rules import R, X


def may_want_page(x: X) -> bool:
    """Whether the client names HTML among what it accepts, as browsers do and programs rarely."""
    accept = x.request.header("accept")
    return accept is not None and "text/html" in accept


def walk_noting(step: Step, resource: R, x: X) -> Step:
    """As `ogrom.http.plan.walk`, with each node and its answer noted in `x.way`."""
    way: list[tuple[str, bool | None]] = []
    x.way = way
    while step.test is not None:
        way.append((step.node.name, None))  # if it raises, this is where
        answer = step.test(resource, x)
        way[-1] = (step.node.name, answer)
        step = step.on_true if answer else step.on_false  # type: ignore[assignment]  # a test has both
    way.append((step.node.name, None))
    return step
