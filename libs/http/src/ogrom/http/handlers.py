"""Default handlers: what a response says where the resource does not: nothing, or a Problem with advice."""

from __future__ import annotations

from collections.abc import Callable

from .decisions import R, X
from .definition import allowed_methods
from .problem import Problem


def nothing(resource: R, x: X) -> None:
    """No content."""


def result(resource: R, x: X) -> object:
    """What the action returned."""
    return x.result


def refused(detail: str = "") -> Callable[[R, X], Problem]:
    """The Problem of the decision that refused; if it gave none, one with this detail."""
    return lambda resource, x: x.problem or Problem(detail)


def unauthorized(resource: R, x: X) -> Problem:
    return x.problem or Problem((x.challenge or resource.challenge).detail)


def unknown_method(resource: R, x: X) -> Problem:
    return x.problem or Problem(f"The method {x.method} is not supported.")


def not_found(resource: R, x: X) -> Problem:
    return x.problem or Problem(f"There is nothing at {x.request.target.partition('?')[0]}.")


def method_not_allowed(resource: R, x: X) -> Problem:
    methods = ", ".join(allowed_methods(type(resource)))
    method = "GET" if x.method == "HEAD" else x.method  # whose Content-Length is GET's (RFC 9110, 8.6)
    return x.problem or Problem(f"{method} is not allowed here; use one of {methods}.")


def exception(resource: R, x: X) -> Problem:
    return Problem("The service failed. The error has been logged; try again later.")
