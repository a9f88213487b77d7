"""Examples: real responses, found by following the links of a mount as a client would."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from ..exchange import Request
from ..parameters import parse_query
from ..response import Response
from ..routing import Mount
from ..testing import Request as InMemoryRequest

MAX_TRIES = 3
"""How many links to one endpoint are tried, until one answers with 200."""
MAX_ITEMS = 2
"""How many items of a list an example shows."""
NONE: Final = object()
"""No example; None would be one."""


@dataclass(frozen=True)
class Example:
    """The response of an endpoint to a GET.

    Attributes:
        arguments: the request's parameters, of path and query.
        content: of the response, with long lists cut.
        etag: its ETag; empty if it has none.
    """

    arguments: Mapping[str, object]
    content: object
    etag: str = ""


@dataclass(frozen=True)
class Examples:
    """Examples by endpoint.

    Attributes:
        by_endpoint: by the endpoint's name.
        is_complete: False if the service failed, so more may be found later.
    """

    by_endpoint: Mapping[str, Example] = field(default_factory=dict)
    is_complete: bool = True

    def argument(self, endpoint: str, name: str) -> object:
        """A parameter's value, preferably from the endpoint's own example; NONE if none is known."""
        own = self.by_endpoint.get(endpoint)
        for each in (*([own] if own else ()), *self.by_endpoint.values()):
            if name in each.arguments:
                return each.arguments[name]
        return NONE

    def etag(self, endpoint: str) -> object:
        """The endpoint's ETag; NONE if none is known."""
        own = self.by_endpoint.get(endpoint)
        return own.etag if own and own.etag else NONE

    def content(self, endpoint: str) -> object:
        """The endpoint's response to GET; NONE if it is not known."""
        own = self.by_endpoint.get(endpoint)
        return own.content if own else NONE

    def body(self, endpoint: str, wanted: Any) -> object:
        """What could be sent to the endpoint, made of the members of what it, or another endpoint, shows."""
        if not (isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)):
            return NONE
        others = [each.content for each in self.by_endpoint.values()]
        shown = (each for each in _inner([self.content(endpoint), *others]) if isinstance(each, dict))
        names = wanted.__struct_encode_fields__
        whole = ({name: each[name] for name in names} for each in shown if set(names) <= each.keys())
        return next((each for each in whole if _is(each, wanted)), NONE)


def _is(value: object, wanted: type) -> bool:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return False
    return True


def collect(mount: Mount, start: Iterable[str], *, context: Callable[[Request], object]) -> Examples:
    """Follow links from some paths until every endpoint has an example or there are no more links.

    It asks each endpoint a few times at most, and stops once one has failed.

    Args:
        mount: whose endpoints are asked, in this process.
        start: paths and queries, below the mount's prefix, to begin with.
        context: makes `x.context` from a request.
    """
    waiting = deque(mount.prefix + each for each in start)
    tries: Counter[str] = Counter()
    found: dict[str, Example] = {}
    router = mount.router()
    while waiting:
        target = waiting.popleft()
        match = router.match(unquote(target.partition("?")[0]))
        if match is None or match[0].name in found or tries[match[0].name] == MAX_TRIES:
            continue
        endpoint, arguments = match
        tries[endpoint.name] += 1
        request = InMemoryRequest(target=target, id="example")
        response = mount.respond(endpoint, request, context=context(request), arguments=arguments)
        if response.status >= 500:
            return Examples(found, is_complete=False)
        if _shows_json(response):
            content = msgspec.json.decode(response.content)
            waiting.extend(each for each in _inner(content) if isinstance(each, str) and each.startswith("/"))
            query = dict(parse_query(request.query))
            found[endpoint.name] = Example(query | arguments, _cut(content), response.headers.get("ETag", ""))
    return Examples(found)


def _shows_json(response: Response) -> bool:
    return response.status == 200 and response.headers.get("Content-Type") == "application/json"


def _inner(value: object) -> Iterator[object]:
    """The value and all that it contains."""
    yield value
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _inner(each)


def _cut(value: object) -> object:
    """The value with no more than the first items of each list."""
    if isinstance(value, dict):
        return {name: _cut(member) for name, member in value.items()}
    return [_cut(each) for each in value[:MAX_ITEMS]] if isinstance(value, list) else value
