"""Links: paths built from an endpoint's template, the other way round from matching."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from .definition import path_parameters, query_parameters
from .exchange import LinkBuilder
from .resource import Resource

__all__ = ["VARIABLE"]

VARIABLE = re.compile(r"\{([a-z_]+)\}")
"""A variable in a path template; its first group is the name."""


def variables(path: str) -> list[str]:
    """The names of the variables in a path template, in order."""
    return VARIABLE.findall(path)


def link_builder(prefix: str, path: str, resource: Resource[Any, Any]) -> LinkBuilder:
    """A function from parameters to the path of an endpoint, all that can be prepared done beforehand.

    What the function is given beyond the path's variables becomes the query; None leaves a parameter out.
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
        return _to_one(prefix + path, queries)
    if len(names) == 1 and types[names[0]] is int:
        return _by_number(names[0], template, build)
    return build


def _to_one(path: str, queries: Mapping[str, str]) -> LinkBuilder:
    """A link to what there is one of, mostly a list."""
    return lambda parameters: path + _query(parameters, (), queries) if parameters else path


def _by_number(name: str, template: str, build: LinkBuilder) -> LinkBuilder:
    """The commonest link, to a thing by its number or, in a URI template, by a variable, in one step."""

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
        # A number is the commonest: what belongs to one thing.
        text = str(value) if type(value) is int else quote(_text(value), safe=",")
        pairs.append(f"{known[name]}={text}")
    return f"?{'&'.join(pairs)}" if pairs else ""


def _text(value: object) -> str:
    plain = msgspec.to_builtins(value)
    return ",".join(map(str, plain)) if isinstance(plain, tuple | list) else str(plain)
