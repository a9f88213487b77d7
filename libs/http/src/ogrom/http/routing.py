"""Routing: resources get names and paths, paths are matched, and links are built from the same templates.

A template is a path such as `/products/{product_id}`. `Router` matches paths against templates; `link_builder` does
the reverse.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from .definition import DefinitionError, path_parameters, query_parameters
from .deprecations import responder
from .exchange import Exchange, LinkBuilder, Request, not_mounted
from .fingerprint import fingerprint
from .parameters import text_of
from .resource import Resource
from .response import Response
from .validation import validate

__all__ = ["VARIABLE"]

T = TypeVar("T")

PATH: Final = re.compile(r"(/([A-Za-z0-9._~-]+|\{[a-z_]+\}))+|/")
PREFIX: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")
VARIABLE: Final = re.compile(r"\{([a-z_]+)\}")
"""A variable in a template; its first group is the name."""


@dataclass(frozen=True)
class Endpoint:
    """A resource with a name and a path: `Endpoint("product", "/products/{product_id}", ProductResource(products))`.

    It is a value: equal to another one with the same parts, and usable under any number of prefixes.

    Attributes:
        name: what links call it.
        path: a template below the mount's prefix; each `{variable}` is a PathParameter of the resource.
        resource: decides the requests.
        respond: has it decide one, as `ogrom.http.response.respond`.

    Raises:
        DefinitionError: the path and the parameters differ, or the resource has one of the mistakes that
            `ogrom.http.validation` finds.
    """

    name: str
    path: str
    resource: Resource[Any, Any]
    respond: Callable[..., Response] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not PATH.fullmatch(self.path):
            raise DefinitionError(
                f"endpoint {self.name!r}: the path {self.path!r} must start with a slash, not end with "
                "one, and have variables like {product_id}"
            )
        named, read = sorted(variables(self.path)), sorted(self.types)
        if named != read:
            raise DefinitionError(
                f"endpoint {self.name!r}: the path {self.path!r} names {named} but "
                f"{type(self.resource).__name__} reads {read}; make its PathParameters the same"
            )
        validate(type(self.resource))
        object.__setattr__(self, "respond", responder(type(self.resource)))

    @property
    def types(self) -> dict[str, type]:
        """The type of each variable, int or str."""
        return {name: each.type for name, each in path_parameters(type(self.resource)).items()}


@dataclass(frozen=True)
class Mount:
    """Endpoints under a prefix, linked with one another.

    Attributes:
        prefix: the path that every endpoint's path follows, such as `/v1/de-DE`; may be empty.
        endpoints: what is mounted, with different names and paths.
        shaped_by: classes and functions outside of the endpoints that decide what representations look like, such as
            those that make entities of rows; their code is in the `fingerprints`.
        fingerprints: what ends the entity tags of each endpoint, by its name; see `ogrom.http.fingerprint`.

    Raises:
        DefinitionError: two endpoints share a name or a path, or a link leads to none of them.
    """

    prefix: str
    endpoints: tuple[Endpoint, ...]
    shaped_by: tuple[Callable[..., object], ...] = field(default=(), kw_only=True)
    links: Mapping[str, Mapping[str, LinkBuilder]] = field(init=False, repr=False, compare=False)
    fingerprints: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not PREFIX.fullmatch(self.prefix):
            raise DefinitionError(f"the prefix {self.prefix!r} must be empty or like '/v1/de-DE'")
        self._refuse_duplicates("name", lambda endpoint: endpoint.name)
        self._refuse_duplicates("path", _path_with_types)
        builders = {each.name: link_builder(self.prefix, each.path, each.resource) for each in self.endpoints}
        object.__setattr__(self, "links", {each.name: _links_of(each, builders) for each in self.endpoints})
        object.__setattr__(self, "fingerprints", self._fingerprints())

    def _refuse_duplicates(self, what: str, key: Callable[[Endpoint], str]) -> None:
        counts = Counter(map(key, self.endpoints))
        duplicates = [getattr(each, what) for each in self.endpoints if counts[key(each)] > 1]
        if duplicates:
            raise DefinitionError(
                f"two endpoints have the {what} {duplicates[-1]!r} under {self.prefix or '/'!r}"
            )

    def _fingerprints(self) -> dict[str, str]:
        """The same for all endpoints of a module, since a POST to one names the tag that another will send."""
        paths = {each.name: self.prefix + each.path for each in self.endpoints}
        neighbours: dict[str, list[Endpoint]] = defaultdict(list)
        for each in self.endpoints:
            neighbours[type(each.resource).__module__].append(each)
        made: dict[str, str] = {}
        for group in neighbours.values():
            ending = f"~{fingerprint((*_shaping(group), *self.shaped_by), _facts(group, paths))}"
            made |= {each.name: ending for each in group}
        return made

    def router(self) -> Router[Endpoint]:
        """A router of the endpoints, their paths below the mount's prefix."""
        router: Router[Endpoint] = Router()
        for each in self.endpoints:
            router.add(self.prefix + each.path, each.types, each)
        return router

    def respond(
        self, endpoint: Endpoint, request: Request, *, context: Any, arguments: Mapping[str, object]
    ) -> Response:
        """Decide a request to one of the endpoints.

        Args:
            context: becomes `x.context`.
            arguments: the path's variables, decoded.
        """
        name = endpoint.name
        x: Exchange[Any, Any, Any] = Exchange(
            request,
            endpoint=name,
            context=context,
            arguments=arguments,
            links=self.links[name],
            fingerprint=self.fingerprints[name],
        )
        return endpoint.respond(endpoint.resource, x)


def _shaping(endpoints: list[Endpoint]) -> Iterator[object]:
    """The classes and functions that shape the representations of endpoints."""
    for each in endpoints:
        yield from type(each.resource).__mro__
        for renderer in each.resource.renderers:
            yield from (renderer.render, renderer.render_response)


def _facts(endpoints: list[Endpoint], paths: Mapping[str, str]) -> Iterator[str]:
    """What else shapes them: the paths of what they may link to, and media types."""
    for each in endpoints:
        linked = (*each.resource.links_to, *each.resource.may_link_to, each.name)
        yield from (f"{name} {paths.get(name)}" for name in linked)
        yield from (renderer.media_type for renderer in each.resource.renderers)


def _path_with_types(endpoint: Endpoint) -> str:
    """The path with types in place of names: what it matches."""
    types = endpoint.types
    return VARIABLE.sub(lambda match: f"{{{types[match[1]].__name__}}}", endpoint.path)


def _links_of(endpoint: Endpoint, builders: Mapping[str, LinkBuilder]) -> dict[str, LinkBuilder]:
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


# Matching.

POSITIVE: Final = "[1-9][0-9]{0,18}"
"""How a PathParameter of type int is spelled; it must also be below 2**63."""

_TOO_LARGE: Final = 2**63
_is_positive: Final = re.compile(POSITIVE).fullmatch


def positive(text: str) -> int | None:
    """The positive integer below 2**63 that the text spells without leading zeros; otherwise None."""
    number = _integer(text)
    return number if number is not None and number < _TOO_LARGE else None


def _integer(text: str) -> int | None:
    return int(text) if _is_positive(text) is not None else None


def _word(text: str) -> str | None:
    return text or None


class _Branch(Generic[T]):
    """What can follow a part of a path: fixed segments, then variables in the order in which they were added."""

    __slots__ = ("fixed", "names", "target", "variables")

    def __init__(self) -> None:
        self.fixed: dict[str, _Branch[T]] = {}
        self.variables: dict[Callable[[str], int | str | None], _Branch[T]] = {}
        self.target: T | None = None
        self.names: tuple[str, ...] = ()


class Router(Generic[T]):
    """Templates, each with a target, as a tree of segments: a match takes one step a segment.

    It never goes back: what it finds is what any router would find that prefers fixed segments, then variables in
    the order in which they were added. If it finds nothing, such a router may still find something.
    """

    def __init__(self) -> None:
        self._root: _Branch[T] = _Branch()

    def add(self, template: str, types: Mapping[str, type], target: T) -> None:
        """Add a template, whose variables are whole segments, unless an equal one has a target already."""
        branch, names = self._root, []
        for segment in template.split("/"):
            variable = VARIABLE.fullmatch(segment)
            if variable is None:
                branch = branch.fixed.setdefault(segment, _Branch())
            else:
                names.append(variable[1])
                read = _integer if types[variable[1]] is int else _word
                branch = branch.variables.setdefault(read, _Branch())
        if branch.target is None:
            branch.target, branch.names = target, tuple(names)

    def match(self, path: str) -> tuple[T, dict[str, object]] | None:
        """The target of a decoded path, and its variables by name; None if nothing matches."""
        branch, values = self._root, []
        for segment in path.split("/"):
            found = branch.fixed.get(segment)
            if found is None:
                for read, found in branch.variables.items():  # noqa: B007  # it is used after the loop
                    value = read(segment)
                    if value is not None:
                        break
                else:
                    return None
                # Nor is it a word, where one is allowed: Werkzeug chooses by the spelling, too.
                if isinstance(value, int) and value >= _TOO_LARGE:
                    return None
                values.append(value)
            branch = found
        if branch.target is None:
            return None
        return branch.target, dict(zip(branch.names, values, strict=True))


# Building.


def variables(path: str) -> list[str]:
    """The names of the variables in a template, in order."""
    return VARIABLE.findall(path)


def link_builder(prefix: str, path: str, resource: Resource[Any, Any]) -> LinkBuilder:
    """A function from parameters to the path of an endpoint, with everything prepared that can be.

    Parameters that are not variables of the path become the query; None leaves one out.
    """
    names = variables(path)
    types = {name: parameter.type for name, parameter in path_parameters(type(resource)).items()}
    template = VARIABLE.sub("%s", (prefix + path).replace("%", "%%"))
    known = query_parameters(type(resource))
    queries = {name: quote(name, safe=",") for name in (known.fields if known else ())}

    def build(parameters: Mapping[str, object]) -> str:
        values = tuple(_segment(parameters[name], types[name]) for name in names)
        path = template % values
        return path if len(parameters) == len(names) else path + _query(parameters, names, queries)

    if not names:
        return _without_variables(prefix + path, queries)
    if len(names) == 1 and types[names[0]] is int:
        return _by_number(names[0], template, build)
    return build


def _without_variables(path: str, queries: Mapping[str, str]) -> LinkBuilder:
    return lambda parameters: path + _query(parameters, (), queries) if parameters else path


def _by_number(name: str, template: str, build: LinkBuilder) -> LinkBuilder:
    """The most common link, to a thing by its number or, in a URI template, by a variable, in one step."""

    def build_by_number(parameters: Mapping[str, object]) -> str:
        return template % parameters[name] if len(parameters) == 1 else build(parameters)

    return build_by_number


def _segment(value: object, wanted: type) -> str:
    return str(value) if wanted is int else quote(str(value), safe="")


def _query(parameters: Mapping[str, object], names: Collection[str], known: Mapping[str, str]) -> str:
    pairs = []
    for name, value in parameters.items():
        if value is None or name in names:
            continue
        if name not in known:
            raise LookupError(f"the endpoint reads no query parameter {name!r}, only {sorted(known)}")
        # Most are numbers, such as the id of the thing whose list it is.
        text = str(value) if type(value) is int else quote(text_of(value), safe=",")
        pairs.append(f"{known[name]}={text}")
    return f"?{'&'.join(pairs)}" if pairs else ""
