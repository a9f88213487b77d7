"""Parameters: what a request may say in its path, its query and its preconditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ..definition import path_parameters, query_parameters
from ..endpoint import Endpoint
from ..graph import NODES
from ..links import variables
from ..plan import constant_answer
from ..resource import Resource
from .examples import NONE, Examples
from .schemas import PLACE, Json, Schemas

POSITIVE: Json = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
TEXT: Json = {"type": "string", "minLength": 1}
WRITES = ("PUT", "PATCH", "DELETE")


def parameters(endpoint: Endpoint, method: str, schemas: Schemas, examples: Examples) -> list[Json]:
    """The parameters of one operation, those of the path first."""
    return [
        *_path(endpoint, examples),
        *_query(endpoint, schemas, examples),
        *_preconditions(endpoint, method, examples),
    ]


def _path(endpoint: Endpoint, examples: Examples) -> Iterator[Json]:
    types = path_parameters(type(endpoint.resource))
    for name in variables(endpoint.path):
        schema = POSITIVE if types[name].type is int else TEXT
        made = {"name": name, "in": "path", "required": True, "schema": schema}
        yield _with_example(made, examples.argument(endpoint.name, name))


def _query(endpoint: Endpoint, schemas: Schemas, examples: Examples) -> Iterator[Json]:
    declared = query_parameters(type(endpoint.resource))
    for name, field in (declared.fields if declared else {}).items():
        schema = dict(schemas.of_parameter(field.type))
        about = schema.pop("description", None)
        if field.default not in (None, msgspec.NODEFAULT):
            schema["default"] = msgspec.to_builtins(field.default)
        made: Json = {"name": name, "in": "query", "required": field.required, "schema": schema}
        if about:
            made["description"] = about
        if schema.get("type") == "array":
            made |= {"style": "form", "explode": False}
        shown = examples.argument(endpoint.name, name) if field.required else NONE
        yield _with_example(made, shown)


def _preconditions(endpoint: Endpoint, method: str, examples: Examples) -> Iterator[Json]:
    resource = type(endpoint.resource)
    tagged = resource.etag is not Resource.etag
    if tagged and method in WRITES:
        required = constant_answer(resource, NODES["precondition_required"], method) is True
        made = _field(
            "If-Match", "The ETag of the state that the change is for (RFC 9110, 13.1.1).", required
        )
        yield _with_example(made, examples.etag(endpoint.name) if required else NONE)
    if tagged and method == "GET":
        yield _field(
            "If-None-Match", "The ETag of what is known already; 304 if it is still so (RFC 9110, 13.1.2)."
        )
    if resource.last_modified is not Resource.last_modified and method == "GET":
        yield _field("If-Modified-Since", "304 if nothing changed after this HTTP date (RFC 9110, 13.1.3).")


def _field(name: str, about: str, required: bool = False) -> Json:
    made = {"name": name, "in": "header", "required": required, "description": about}
    return made | {"schema": {"type": "string"}}


def _with_example(parameter: Json, value: object) -> Json:
    return parameter if value is NONE else parameter | {"example": value}


def prefix_parameters(choices: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Json]]:
    """A prefix's variables by name; the values that each can have are a schema of its own."""
    for name, values in choices.items():
        schema = {"$ref": f"{PLACE}{name.title()}"}
        yield name, {"name": name, "in": "path", "required": True, "schema": schema, "example": values[0]}


def prefix_schemas(choices: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Json]]:
    """The schemas that `prefix_parameters` refers to."""
    for name, values in choices.items():
        yield name.title(), {"type": "string", "enum": list(values)}
