"""Endpoints and mounts: resources with a name and a path, put together under a prefix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .checks import check
from .definition import DefinitionError, path_parameters
from .engine import respond
from .exchange import Exchange, LinkBuilder, Request, not_mounted
from .links import VARIABLE, link_builder, variables
from .reply import Response
from .resource import Resource

PATH = re.compile(r"(/([A-Za-z0-9._~-]+|\{[a-z_]+\}))+|/")
PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True)
class Endpoint:
    """A resource with a place: `Endpoint("product", "/products/{product_id}", ProductResource(products))`.

    It is a value: equal to another of the same parts, and usable under any number of prefixes.

    Attributes:
        name: what links call it.
        path: a path below the mount's prefix; each `{variable}` is a PathParameter of the resource.
        resource: decides the requests.

    Raises:
        DefinitionError: path and parameters differ, or the resource has one of the mistakes that
            `ogrom.http.checks` finds.
    """

    name: str
    path: str
    resource: Resource[Any, Any]

    def __post_init__(self) -> None:
        _check_path(self)
        check(type(self.resource))


def _check_path(endpoint: Endpoint) -> None:
    if not PATH.fullmatch(endpoint.path):
        raise DefinitionError(
            f"endpoint {endpoint.name!r}: the path {endpoint.path!r} must start with a slash, not end with "
            "one, and have variables like {product_id}"
        )
    named, read = sorted(variables(endpoint.path)), sorted(path_parameters(type(endpoint.resource)))
    if named != read:
        raise DefinitionError(
            f"endpoint {endpoint.name!r}: the path {endpoint.path!r} names {named} but "
            f"{type(endpoint.resource).__name__} reads {read}; make its PathParameters the same"
        )


@dataclass(frozen=True)
class Mount:
    """Endpoints under a prefix, linked with one another.

    Attributes:
        prefix: the path that every endpoint's path follows, such as `/v1/de-DE`; may be empty.
        endpoints: what is mounted, of different names and paths.

    Raises:
        DefinitionError: two endpoints share a name or a path, or a link leads to none of them.
    """

    prefix: str
    endpoints: tuple[Endpoint, ...]
    links: Mapping[str, Mapping[str, LinkBuilder]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not PREFIX.fullmatch(self.prefix):
            raise DefinitionError(f"the prefix {self.prefix!r} must be empty or like '/v1/de-DE'")
        self._refuse_twins("name", lambda endpoint: endpoint.name)
        self._refuse_twins("path", _matched_path)
        builders = {each.name: link_builder(self.prefix, each.path, each.resource) for each in self.endpoints}
        object.__setattr__(self, "links", {each.name: _chosen(each, builders) for each in self.endpoints})

    def _refuse_twins(self, what: str, key: Callable[[Endpoint], str]) -> None:
        counts = Counter(map(key, self.endpoints))
        twins = [getattr(each, what) for each in self.endpoints if counts[key(each)] > 1]
        if twins:
            raise DefinitionError(f"two endpoints have the {what} {twins[-1]!r} under {self.prefix or '/'!r}")

    def respond(
        self, endpoint: Endpoint, request: Request, *, context: Any, arguments: Mapping[str, object]
    ) -> Response:
        """Decide a request to one of the endpoints.

        Args:
            endpoint: one of this mount's.
            request: what was received.
            context: becomes `x.context`.
            arguments: the path's variables, decoded.
        """
        x: Exchange[Any, Any, Any] = Exchange(
            request, context=context, arguments=arguments, links=self.links[endpoint.name]
        )
        return respond(endpoint.resource, x)


def _matched_path(endpoint: Endpoint) -> str:
    """The path with types in place of names: what it matches."""
    types = path_parameters(type(endpoint.resource))
    return VARIABLE.sub(lambda match: f"{{{types[match[1]].type.__name__}}}", endpoint.path)


def _chosen(endpoint: Endpoint, builders: Mapping[str, LinkBuilder]) -> dict[str, LinkBuilder]:
    wanted = endpoint.resource.links_to
    unknown = sorted(set(wanted) - builders.keys())
    if unknown:
        raise DefinitionError(
            f"{type(endpoint.resource).__name__} links to {unknown[0]!r}, "
            f"but there are only {sorted(builders)}{_suggestion(unknown[0], builders)}"
        )
    maybe = {name: builders.get(name, not_mounted) for name in endpoint.resource.may_link_to}
    return maybe | {name: builders[name] for name in (*wanted, endpoint.name)}


def _suggestion(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
