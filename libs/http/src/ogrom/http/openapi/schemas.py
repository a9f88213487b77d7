"""JSON Schemas of the types that are sent and received (2020-12, which OpenAPI 3.1 uses)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from ..deprecations import TEXTS

Json = dict[str, Any]

PREFIX = "#/components/schemas/"
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
        rest = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        others = {name: value for name, value in schema.items() if name != "anyOf"}
        return {**others, **rest[0]} if len(rest) == 1 else schema


def schemas_of(types: Iterable[Any]) -> Schemas:
    """The schemas of all types together, so that no component is there twice and no two share a name."""
    wanted = [each for each in dict.fromkeys(types) if each not in UNKNOWN]
    made, components = msgspec.json.schema_components(wanted, ref_template=PREFIX + "{name}")
    names = {name: _readable(name, schema) for name, schema in components.items()}
    return Schemas(
        {each: _renamed(schema, names) for each, schema in zip(wanted, made, strict=True)},
        {names[name]: _renamed(schema, names) for name, schema in components.items()},
    )


def _readable(name: str, schema: Json) -> str:
    """`PageViewOfCommentView` for what msgspec calls `PageView_CommentView_`."""
    title: str = schema.get("title", "")
    return re.sub(r"\W+", "Of", title.rstrip("]")) if "[" in title else name


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    renamed = _explained({name: _renamed(member, names) for name, member in value.items()})
    if isinstance(value.get("$ref"), str):
        renamed["$ref"] = PREFIX + names[value["$ref"].removeprefix(PREFIX)]
    if isinstance(value.get("title"), str):
        renamed["title"] = re.sub(r"\W+", "Of", value["title"].rstrip("]"))
    return renamed


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
