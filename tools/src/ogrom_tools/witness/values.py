"""Values that a JSON Schema takes, and those beside its bounds, which it does not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

Json = Mapping[str, Any]

_FORMATS = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "uri": "https://example.org/",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "email": "somebody@example.org",
}
_STRINGS = ("x", "EUR", "abc", "1", "de-DE", "", "X1", "example.org")
"""Strings that a pattern may take."""
_ODD: tuple[Any, ...] = ("x", 7, 1.5, True, None, [], {})
"""Values of each type."""
_MAX_LENGTH = 100_000


def takes(schema: Json, document: Json, value: Any) -> bool:
    """Whether a schema of a document takes a value; formats count as far as they are known here."""
    whole = {**schema, "components": document.get("components", {})}
    checker = Draft202012Validator.FORMAT_CHECKER
    return bool(Draft202012Validator(whole, format_checker=checker).is_valid(value))


def smallest(schema: Json, document: Json) -> Any:
    """A value that the schema takes, as small as it can be; None where none is found."""
    return next((each for each in values(schema, document) if takes(schema, document, each)), None)


def values(schema: Json, document: Json, depth: int = 4) -> Iterator[Any]:
    """Values to try: those in and beside its bounds, then one of each type."""
    yield from _typical(schema, document, depth)
    yield from _ODD


def resolved(schema: Json, document: Json) -> Json:
    """The component that a schema refers to, or the schema itself."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    return schema


def choices(schema: Json, document: Json) -> Iterator[Json]:
    """The schemas of one type each of which a value takes one."""
    schema = resolved(schema, document)
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        for each in several:
            yield from choices(each, document)
    elif isinstance(schema.get("type"), list):
        yield from ({**schema, "type": each} for each in schema["type"])
    else:
        yield schema


def _typical(schema: Json, document: Json, depth: int) -> Iterator[Any]:
    for each in choices(schema, document):
        if "default" in each:
            yield each["default"]
        yield from [each["const"]] if "const" in each else each.get("enum", ())
        yield from each.get("x-extensible-enum", ())
        kind = each.get("type", "object" if "properties" in each else "")
        if kind in ("integer", "number"):
            yield from _numbers(each)
        elif kind == "string":
            yield from _strings(each)
        elif kind == "boolean":
            yield from (True, False)
        elif kind == "null":
            yield None
        elif kind == "array" and depth:
            yield from _arrays(each, document, depth - 1)
        elif kind == "object" and depth:
            yield from _objects(each, document, depth - 1)


def _numbers(schema: Json) -> Iterator[Any]:
    bounds = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")
    for bound in (schema[name] for name in bounds if name in schema):
        yield from (bound, bound + 1, bound - 1)
    yield from (1, 2, 0, -1)


def _strings(schema: Json) -> Iterator[str]:
    if (name := schema.get("format")) in _FORMATS:
        yield _FORMATS[name]
    if "pattern" in schema:
        yield from (each for each in _STRINGS if re.search(schema["pattern"], each))
    for name in ("minLength", "maxLength"):
        length = min(schema.get(name, 1), _MAX_LENGTH)
        yield from ("x" * each for each in (length, length + 1, max(length - 1, 0)))
    yield from _STRINGS


def _arrays(schema: Json, document: Json, depth: int) -> Iterator[Any]:
    item = next(iter(values(schema.get("items", {}), document, depth)), 1)
    for length in (1, schema.get("minItems", 0), schema.get("maxItems", 1)):
        yield from ([item] * each for each in (length, length + 1) if each <= _MAX_LENGTH)
    yield from ([each] for each in values(schema.get("items", {}), document, depth))


def _objects(schema: Json, document: Json, depth: int) -> Iterator[Any]:
    members = schema.get("properties", {})
    needed = {name: _first(members.get(name, {}), document, depth) for name in schema.get("required", ())}
    yield needed
    yield {**needed, **{name: _first(each, document, depth) for name, each in members.items()}}
    yield {**needed, "unknown": 1}
    yield from ({other: needed[other] for other in needed if other != name} for name in needed)


def _first(schema: Json, document: Json, depth: int) -> Any:
    tried = (each for each in values(schema, document, depth) if takes(schema, document, each))
    return next(tried, None)


def put(content: Any, path: Sequence[str], value: Any, schema: Json, document: Json) -> Any:
    """The content with a value at a path; what is on the way is made if it lacks.

    Args:
        content: of a request.
        path: names of members, `[]` for an element of a list, `{}` for a member of any name.
        value: to put there; `...` removes what is there.
        schema: of the content.
        document: that the schema is of.
    """
    if not path:
        return value
    step, *rest = path
    schema = next((each for each in choices(schema, document) if _leads(each, step)), {})
    if step == "[]":
        inner = content[0] if isinstance(content, list) and content else None
        below = schema.get("items", {})
        return [put(inner if inner is not None else smallest(below, document), rest, value, below, document)]
    name = "some" if step == "{}" else step
    further = schema.get("additionalProperties", {})
    below = schema.get("properties", {}).get(name, further if isinstance(further, Mapping) else {})
    members = dict(content) if isinstance(content, dict) else dict(smallest(schema, document) or {})
    if not rest and value is ...:
        members.pop(name, None)
        return members
    inner = members.get(name, smallest(below, document) if rest else None)
    return {**members, name: put(inner, rest, value, below, document)}


def _leads(schema: Json, step: str) -> bool:
    if step == "[]":
        return schema.get("type") == "array"
    return schema.get("type") == "object" or "properties" in schema


def found(content: Any, path: Sequence[str]) -> Iterator[Any]:
    """The values at a path of a content; `...` where the last member of the path lacks."""
    if not path:
        yield content
        return
    step, *rest = path
    if step == "[]":
        for each in content if isinstance(content, list) else ():
            yield from found(each, rest)
    elif isinstance(content, dict) and step == "{}":
        for each in content.values():
            yield from found(each, rest)
    elif isinstance(content, dict) and step in content:
        yield from found(content[step], rest)
    elif isinstance(content, dict) and not rest:
        yield ...
