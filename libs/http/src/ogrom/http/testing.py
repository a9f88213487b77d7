"""For tests of resources: a request in memory, and a call that records its path through the graph.

response, path = call(Product(products), headers={"Accept": "text/csv"}, arguments={"product_id": 7})
assert response.status == 406
path.assert_walked("media_type_available-", "handle_not_acceptable")

`ogrom.http.inspect.decisions` lists what a resource answers and how its requests can end. Kept beside a test as a
text, it makes the test fail when a change of the class changes more than was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from . import response as responses
from .decisions import R, X
from .deprecations import responder
from .exchange import Exchange, LinkBuilder
from .graph import EXCEPTION, NODES, Node
from .inspect import problem_types
from .plan import PATH_OBSERVER
from .problem import Problem, ProblemType
from .resource import Resource
from .response import Response

__all__ = ["Called", "Path", "Request", "call", "refusals_are_listed"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a value: an `ogrom.http.Request` without a server.

    Attributes:
        method: as it is sent.
        target: the path and query, as they are sent.
        headers: the header fields; case does not matter in their names.
        body: the content.
        length: what Content-Length announces, if that is not the content's length.
        id: of the request.
        root: the path below which the whole service is reached.
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


class Path(tuple[str, ...]):
    """The visited nodes: each decision and action with `+` for true or `-` for false, then the handler."""

    __slots__ = ()

    def assert_walked(self, *steps: str) -> None:
        """Check that the request visited these nodes in this order, perhaps with others in between.

        Args:
            steps: `exists+`, `exists-`, or `exists` for either; handlers; actions, with or without `+`.

        Raises:
            AssertionError: it took another path, which the message shows.
            ValueError: no node has this name.
        """
        rest = iter(self)
        for step in steps:
            name = step.rstrip("+-")
            if name not in NODES:
                raise ValueError(f"{step!r} is not a step: {_suggestion(name)}")
            if not any(each in (step, f"{step}+", f"{step}-") for each in rest):
                raise AssertionError(self._explanation(step, name))

    def _explanation(self, step: str, name: str) -> str:
        answered = next((each for each in self if each.rstrip("+-") == name), None)
        if answered is None:
            advice = "an answer that never changes is folded away; `call(..., folded=False)` asks it, too"
            what = f"{name} was not asked ({advice})"
        elif step in (answered, name):
            what = f"{answered} came earlier"
        else:
            what = f"the answer was {answered}"
        return "\n  ".join((f"expected {step}, but {what}; the path was", *self))


def _suggestion(name: str) -> str:
    close = get_close_matches(name, NODES, n=1)
    return f"did you mean {close[0]!r}?" if close else "the graph has no node of that name"


class Called(NamedTuple):
    """The outcome of a call.

    Attributes:
        response: what would be sent.
        path: the visited nodes.
    """

    response: Response
    path: Path


def call(
    resource: Resource[Any, Any],
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    arguments: Mapping[str, object] | None = None,
    target: str = "/",
    endpoint: str = "test",
    context: Any = None,
    links: Mapping[str, LinkBuilder] | None = None,
    folded: bool = True,
) -> Called:
    """Let a resource decide one request, without a mount, an application or a server.

    Args:
        arguments: the path's parameters, decoded.
        target: the request's path and query.
        endpoint: becomes `x.endpoint`.
        context: becomes `x.context`.
        links: become `x.links`, by the names that the resource may link to.
        folded: False asks every node on the way, also those whose answer is known beforehand.
    """
    request = Request(method, target, headers or {}, content)
    x: Exchange[Any, Any, Any] = Exchange(
        request, endpoint=endpoint, context=context, arguments=arguments or {}, links=links or {}
    )
    x.path = []
    response = responder(type(resource))(resource, x, folded=folded, observer=PATH_OBSERVER)
    steps = [f"{name}{'' if answer is None else '+' if answer else '-'}" for name, answer in x.path]
    return Called(response, Path((*steps, EXCEPTION) if x.exception else steps))


@contextmanager
def refusals_are_listed() -> Iterator[None]:
    """Check that whatever resources refuse within the block is of a type that the API's description lists there.

    Raises:
        AssertionError: at the end of the block, with all that are not.
    """
    found: dict[str, None] = {}
    reply = responses.reply

    def noting(node: Node, said: object, resource: R, x: X) -> Response:
        if isinstance(said, Problem) and isinstance(said.type, ProblemType):
            listed = problem_types(type(resource), x.method).get(said.status_or(node.status), ())
            if said.type not in listed:
                found[_advice(said, node, resource, x)] = None
        return reply(node, said, resource, x)

    responses.reply = noting
    try:
        yield
    finally:
        responses.reply = reply
    if found:
        raise AssertionError("\n".join(found))


def _advice(said: Problem, node: Node, resource: R, x: X) -> str:
    asked = f"{type(resource).__qualname__} refuses {x.method} with {said.status_or(node.status)}"
    assert isinstance(said.type, ProblemType)
    return (
        f"{asked} and {said.type.path} ({node.name}), which its description does not list; write `@refuses` above the "
        "node that refuses so, or add the type to `exception_problems`"
    )
