"""Endpoints and mounts: resources with a name and a path, put together under a prefix."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .definition import DefinitionError, allowed_methods, overrides, path_parameters
from .engine import respond
from .exchange import Exchange, LinkBuilder, Request
from .graph import EXCEPTION, NODES
from .links import link_builder, variables
from .plan import plan, reachable
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
        DefinitionError: path and parameters differ, a handler can never run, or a redirect leads nowhere.
    """

    name: str
    path: str
    resource: Resource[Any, Any]

    def __post_init__(self) -> None:
        _check_path(self)
        _check_handlers(self)


def _check_path(endpoint: Endpoint) -> None:
    if not PATH.fullmatch(endpoint.path):
        raise DefinitionError(
            f"endpoint {endpoint.name!r}: the path {endpoint.path!r} must start with a slash, not end with one, and "
            "have variables like {product_id}"
        )
    named, read = set(variables(endpoint.path)), set(path_parameters(type(endpoint.resource)))
    if named != read:
        raise DefinitionError(
            f"endpoint {endpoint.name!r}: the path {endpoint.path!r} names {sorted(named)} but "
            f"{type(endpoint.resource).__name__} reads {sorted(read)}; make its PathParameters the same"
        )


def _check_handlers(endpoint: Endpoint) -> None:
    resource = type(endpoint.resource)
    methods = allowed_methods(resource)
    ends = {node.name for method in (*methods, "") for node in reachable(plan(resource, method))}
    for name in vars(resource).keys() & NODES.keys():
        if name.startswith("handle_") and name not in ends | {EXCEPTION}:
            raise DefinitionError(
                f"{resource.__name__}.{name} can never run: no request with {', '.join(methods)} leads there; "
                "remove it, or answer the decision that leads to it"
            )
    if "handle_ok" in ends and not overrides(resource, "handle_ok"):
        raise DefinitionError(f"{resource.__name__} can end in handle_ok, but does not define it")
    redirects = sorted(name for name in ends if NODES[name].status in (301, 303, 307, 308))
    if redirects and resource.location is Resource.location:
        raise DefinitionError(
            f"{resource.__name__} can end in {redirects[0]}, a redirect; define `location` to say where it leads"
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
        for what in ("name", "path"):
            twice = [value for value, n in Counter(getattr(e, what) for e in self.endpoints).items() if n > 1]
            if twice:
                raise DefinitionError(f"two endpoints have the {what} {twice[0]!r} under {self.prefix or '/'!r}")
        builders = {each.name: link_builder(self.prefix, each.path, each.resource) for each in self.endpoints}
        object.__setattr__(self, "links", {each.name: _chosen(each, builders) for each in self.endpoints})

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


def _chosen(endpoint: Endpoint, builders: Mapping[str, LinkBuilder]) -> dict[str, LinkBuilder]:
    wanted = endpoint.resource.links_to
    unknown = sorted(set(wanted) - builders.keys())
    if unknown:
        raise DefinitionError(
            f"{type(endpoint.resource).__name__} links to {unknown[0]!r}, but there are only {sorted(builders)}"
        )
    return {name: builders[name] for name in (*wanted, endpoint.name)}
