"""For tests of resources: a request in memory, and a call that tells its way through the graph.

response, path = call(Product(products), headers={"Accept": "text/csv"}, arguments={"product_id": 7})
assert response.status == 406
path.assert_walked("media_type_available-", "handle_not_acceptable")

`decisions` tells what a resource answers and how its requests can end: `str(decisions(Product))` is good to be
kept beside a test, which then fails where a change of the class changes more than was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .decisions import Answered, Decisions, Outcome, decisions
from .engine import respond
from .exchange import Exchange, LinkBuilder
from .graph import EXCEPTION
from .plan import Step
from .reply import Response
from .resource import Resource
from .rules import R, X
from .walked import Walked

__all__ = ["Answered", "Called", "Decisions", "Outcome", "Request", "Walked", "call", "decisions"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a value: `ogrom.http.Request` without a server.

    Attributes:
        method: as it is sent.
        target: the path and query, as they are sent.
        headers: the header fields; case does not matter in their names.
        body: the content.
        length: what Content-Length announces, where that is not the content's length.
        id: names the request.
        root: the path under which the whole service is reached.
    """

    method: str = "GET"
    target: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    body: bytes = b""
    length: int | None = None
    id: str = "test"
    root: str = ""

    @property
    def query(self) -> str:
        """What follows the target's question mark."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The field's value."""
        return next((value for each, value in self.headers.items() if each.lower() == name), None)

    def content(self, limit: int) -> bytes:
        """At most `limit` + 1 bytes of the content.

        Raises:
            EOFError: it is shorter than its `length`.
        """
        if self.length is not None and len(self.body) < min(self.length, limit + 1):
            raise EOFError
        return self.body[: limit + 1]


class Called(NamedTuple):
    """What came out of a call, and which way it went.

    Attributes:
        response: what would be sent.
        path: the nodes on its way.
    """

    response: Response
    path: Walked


def call(
    resource: Resource[Any, Any],
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    arguments: Mapping[str, object] | None = None,
    target: str = "/",
    context: Any = None,
    links: Mapping[str, LinkBuilder] | None = None,
    folded: bool = True,
) -> Called:
    """Let a resource decide one request, without a mount, an application or a server.

    Args:
        resource: what is tested.
        method: the request's.
        headers: the request's.
        content: the request's.
        arguments: the path's parameters, decoded.
        target: the request's path and query.
        context: becomes `x.context`.
        links: become `x.links`, by the names that the resource may link to.
        folded: False asks every node of the way, also those whose answer is known beforehand.
    """
    request = Request(method, target, headers or {}, content)
    x: Exchange[Any, Any, Any] = Exchange(
        request, context=context, arguments=arguments or {}, links=links or {}
    )
    path: list[str] = []
    response = respond(resource, x, folded=folded, walk=_noting(path))
    return Called(response, Walked((*path, EXCEPTION) if x.exception else path))


def _noting(path: list[str]) -> Callable[[Step, R, X], Step]:
    """As `ogrom.http.plan.walk`, with every step noted in `path`."""

    def walk(step: Step, resource: R, x: X) -> Step:
        path.append(step.node.name)
        while step.test is not None:
            answer = step.test(resource, x)
            path[-1] += "+" if answer else "-"
            step = step.on_true if answer else step.on_false  # type: ignore[assignment]  # a test has both
            path.append(step.node.name)
        return step

    return walk
