"""The engine: a request walks the graph and a response comes out, whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable

from .plan import ANY_OTHER, Step, exception_step, plan, walk as _walk
from .problem import Problem
from .reply import Response, reply
from .rules import R, X
from .ways import may_want_page, walk_noting

log = logging.getLogger("ogrom.http")


def respond(
    resource: R, x: X, *, folded: bool = True, walk: Callable[[Step, R, X], Step] = _walk
) -> Response:
    """Decide an exchange. Nothing that a resource raises comes out: it is logged and answered with 500.

    Args:
        resource: the resource behind the URL.
        x: a new exchange.
        folded: False asks every node of the way, also those whose answer is known beforehand.
        walk: follows the plan to its end; another one than `ogrom.http.plan.walk` can take notes.
    """
    try:
        method = x.method if x.method in resource.known_methods else ANY_OTHER
        first = plan(type(resource), method) if folded else plan(type(resource), method, folded=False)
        follow = walk_noting if walk is _walk and may_want_page(x) else walk
        step = follow(first, resource, x)
        assert step.handler is not None
        return reply(step.node, step.handler(resource, x), resource, x)
    except Exception as error:  # noqa: BLE001  # it is logged once it is explained
        x.exception = error
        return _explained(resource, x)


def _explained(resource: R, x: X) -> Response:
    """Let the resource explain its exception, once; an explanation that fails is not explained."""
    step = exception_step(type(resource))
    assert step.handler is not None
    try:
        said = step.handler(resource, x)
        response = reply(step.node, said, resource, x)
    except Exception:
        log.exception("%s %s: handle_exception failed", x.method, x.request.target)
        return reply(step.node, Problem(), resource, x)
    if response.status == 500:
        log.error("%s %s: 500", x.method, x.request.target, exc_info=x.exception)
    elif response.status > 500:  # an outage that the resource knows: who reads the log knows where it is
        log.warning("%s %s: %s, %s", x.method, x.request.target, response.status, x.exception)
    return response
