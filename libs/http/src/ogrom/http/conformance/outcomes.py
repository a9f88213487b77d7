"""Outcomes: what came out of a run, in a form that can be compared."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..testing import call

if TYPE_CHECKING:
    from .vectors import Vector

OURS = frozenset(
    {
        "too_many_requests",
        "query_well_formed",
        "body_well_formed",
        "body_valid",
        "precondition_required",
        "is_put",
        "is_patch",
        "permanent_redirect",
    }
)
"""The nodes that Liberator does not have; none of them can answer otherwise than by its default in a vector."""


class Outcome(NamedTuple):
    """What came out of a run.

    Attributes:
        status: the response's.
        headers: the response's fields, as far as they are known.
        path: the nodes as they were asked, each with `+` or `-`, and the handler.
    """

    status: int
    headers: Mapping[str, str]
    path: tuple[str, ...]

    @property
    def end(self) -> str:
        """The handler that ended the run."""
        return self.path[-1]


def outcome_of(vector: "Vector") -> Outcome:
    """Ours: the vector's request decided by our engine, on every node of the way, folded or not."""
    called = call(
        vector.defined(), vector.request.method, headers=vector.request.headers, target="/x", folded=False
    )
    path = tuple(step for step in called.path if step.rstrip("+-") not in OURS)
    return Outcome(called.response.status, called.response.headers, path)
