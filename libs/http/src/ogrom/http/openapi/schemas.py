"""JSON Schemas of the types that are sent and received (2020-12, which OpenAPI 3.1 uses)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from ..deprecations import TEXTS

Json = dict[str, Any]

PREFIX = "#/components/schemas/"
NULL: Json = {"type": "null"}
UNKNOWN = (object, Any)
"""Types that say nothing about a value; their schema is the empty one, which accepts everything."""


@dataclass(frozen=True)
class Schemas:
    """The schemas of some types.

    Attributes:
        by_type: a schema, mostly a reference, for each type.
        components: what the references lead to, by name.
    """

    by_type: dict[Any, Json]
    components: dict[str, Json]

    def of(self, wanted: Any) -> Json:
        """The schema of a type."""
        return self.by_type.get(wanted, {})

    def of_parameter(self, wanted: Any) -> Json:
        """The schema of a parameter, which is left out instead of being null."""
        schema = self.of(wanted)
        if isinstance(schema.get("type"), list):
            return {**schema, "type": schema["type"][0]}
        rest = [each for each in schema.get("anyOf", ()) if each != NULL]
        others = {name: value for name, value in schema.items() if name != "anyOf"}
        return {**others, **rest[0]} if len(rest) == 1 else schema


def schemas_of(types: Iterable[Any]) -> Schemas:
    """The schemas of all types together, so that no component is there twice and no two share a name."""
    wanted = [each for each in dict.fromkeys(types) if each not in UNKNOWN]
    made, components = msgspec.json.schema_components(wanted, ref_template=PREFIX + "{name}")
    names = {name: _readable(name, schema) for name, schema in components.items()}
    return Schemas(
        {each: _written(schema, names) for each, schema in zip(wanted, made, strict=True)},
        {names[name]: _written(schema, names) for name, schema in components.items()},
    )


def _readable(name: str, schema: Json) -> str:
    """`PageViewOfCommentView` for what msgspec calls `PageView_CommentView_`."""
    title: str = schema.get("title", "")
    return re.sub(r"\W+", "Of", title.rstrip("]")) if "[" in title else name


def _written(value: Any, names: dict[str, str]) -> Any:
    """A schema as generators of clients understand it best, with the names of components that can be read."""
    if isinstance(value, list):
        return [_written(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    made = _explained({name: _written(member, names) for name, member in value.items()})
    if isinstance(value.get("$ref"), str):
        made["$ref"] = PREFIX + names[value["$ref"].removeprefix(PREFIX)]
    if isinstance(value.get("title"), str):
        made["title"] = re.sub(r"\W+", "Of", value["title"].rstrip("]"))
    return _sized(_nullable(made))


def _nullable(schema: Json) -> Json:
    """`type: [string, null]` in place of a choice, where that says the same."""
    choices = schema.get("anyOf", [])
    rest = [each for each in choices if each != NULL]
    if len(choices) != 2 or len(rest) != 1 or not isinstance(rest[0].get("type"), str) or "enum" in rest[0]:
        return schema
    others = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**rest[0], **others, "type": [rest[0]["type"], "null"]}


def _sized(schema: Json) -> Json:
    """How generated code keeps a number, which some generators would take for one of 32 bits, or a decimal."""
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "integer" and schema.get("maximum", math.inf) >= 2**31:
        return {"format": "int64"} | schema
    return {"format": "double"} | schema if kind == "number" else schema


def _explained(schema: Json) -> Json:
    """The schema, with what `deprecated` says in its description, and not in a choice beside null."""
    choices = schema.get("anyOf", ())
    several = [each for each in choices if each != {"type": "null"}]
    if len(several) == 1 and several[0].get("deprecated"):
        outer = {
            name: several[0][name] for name in ("deprecated", "x-sunset", "description") if name in several[0]
        }
        inner = {name: each for name, each in several[0].items() if name not in outer}
        return {**schema, **outer, "anyOf": [inner if each is several[0] else each for each in choices]}
    if TEXTS not in schema:
        return schema
    texts = [schema["description"]] if "description" in schema else []
    rest = {name: each for name, each in schema.items() if name != TEXTS}
    return {**rest, "description": " ".join((*texts, *schema[TEXTS]))}
