"""Default handlers: what a response says where the resource does not: nothing, or a Problem with advice."""

from __future__ import annotations

from .decisions import R, X
from .definition import allowed_methods
from .problem import Problem


def nothing(resource: R, x: X) -> None:
    """No content."""


def result(resource: R, x: X) -> object:
    """What the action returned."""
    return x.result


def refused(resource: R, x: X) -> Problem:
    """The Problem of the decision that refused, or the status alone."""
    return x.problem or Problem()


def malformed(resource: R, x: X) -> Problem:
    return x.problem or Problem("The request cannot be understood.")


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


def precondition_failed(resource: R, x: X) -> Problem:
    return x.problem or Problem(
        "The resource is not in the state that the request requires. Read it again, then decide."
    )


def precondition_required(resource: R, x: X) -> Problem:
    return x.problem or Problem(
        "Read the resource, then send its ETag in If-Match, so that you overwrite no other change."
    )


def exception(resource: R, x: X) -> Problem:
    return Problem("The service failed. The error has been logged; try again later.")
