"""What handlers say where the resource does not: nothing, or a Problem that tells the client what to do."""

from __future__ import annotations

from .definition import allowed_methods
from .problem import Problem
from .rules import R, X


def nothing(resource: R, x: X) -> None:
    """No content."""


def result(resource: R, x: X) -> object:
    """What the action returned."""
    return x.result


def refused(resource: R, x: X) -> Problem:
    """What the decision said, or the status alone."""
    return x.problem or Problem()


def malformed(resource: R, x: X) -> Problem:
    return x.problem or Problem("The request cannot be understood.")


def unauthorized(resource: R, x: X) -> Problem:
    return x.problem or Problem((x.challenge or resource.challenge).detail)


def unknown_method(resource: R, x: X) -> Problem:
    return x.problem or Problem(f"The service knows no method {x.method}.")


def not_found(resource: R, x: X) -> Problem:
    return x.problem or Problem(f"There is nothing at {x.request.target.partition('?')[0]}.")


def method_not_allowed(resource: R, x: X) -> Problem:
    methods = ", ".join(allowed_methods(type(resource)))
    method = "GET" if x.method == "HEAD" else x.method  # whose Content-Length is GET's (RFC 9110, 8.6)
    return x.problem or Problem(f"{method} is not possible here; {methods} are.")


def precondition_failed(resource: R, x: X) -> Problem:
    return x.problem or Problem("It is not in the state that the request is for. Read it again, then decide.")


def precondition_required(resource: R, x: X) -> Problem:
    return x.problem or Problem(
        "Read the resource, then send its ETag in If-Match, so that nobody's change is lost."
    )


def exception(resource: R, x: X) -> Problem:
    return Problem("The service made a mistake. It has been noted; try again later.")
