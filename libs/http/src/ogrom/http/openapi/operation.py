"""Operations: one method of one endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..definition import accepted_types, body_type, query_parameters
from ..endpoint import Endpoint
from ..links import variables
from ..resource import Resource
from .ends import content_type, described_methods, ends
from .examples import NONE, Examples
from .parameters import parameters
from .problem_document import Problem
from .prose import of_method
from .responses import is_json, responses
from .schemas import Json, Schemas

VERBS = {"POST": "add_to"}
"""Where the method's own name does not say what it does to the endpoint's."""


def operation(
    endpoint: Endpoint, method: str, schemas: Schemas, examples: Examples, further: tuple[int, ...] = ()
) -> Json:
    """The Operation Object of a method.

    Args:
        endpoint: with a resource that answers the method.
        method: in upper case.
        schemas: of the types in `types_of(endpoint)`.
        examples: of all endpoints.
        further: statuses of refusals that no resource decides.
    """
    resource = type(endpoint.resource)
    made: Json = {"operationId": operation_id(endpoint, method), "tags": [_tag(endpoint)]}
    made |= of_method(endpoint, method)
    made["parameters"] = parameters(endpoint, method, schemas, examples)
    wanted = body_type(resource, method)
    if wanted is not None:
        made["requestBody"] = _body(method, schemas.of(wanted), examples.body(endpoint.name, wanted))
    made["responses"] = responses(resource, method, schemas, examples.content(endpoint.name), further)
    if 401 in ends(resource, method):
        made["security"] = _security(resource, method)
    return made


def _security(resource: type[Resource[Any, Any]], method: str) -> list[Json]:
    """What the client has to be allowed; nothing at all is one of the choices where nobody has to say who asks."""
    needed: Json = {resource.challenge.scheme.lower(): list(resource.scopes.get(method, ()))}
    return [{}, needed] if method in resource.open_methods else [needed]


def operation_id(endpoint: Endpoint, method: str) -> str:
    """`get_comments`, `add_to_comments`, `put_like`: the method and the endpoint's name, no grammar guessed."""
    return f"{VERBS.get(method, method.lower())}_{endpoint.name}"


def types_of(endpoint: Endpoint) -> Iterator[Any]:
    """Every type that the endpoint's operations send or receive."""
    resource = type(endpoint.resource)
    yield Problem
    declared = query_parameters(resource)
    yield from (field.type for field in (declared.fields.values() if declared else ()))
    for method in described_methods(resource):
        handlers = (each for some in ends(resource, method).values() for each in some if each.status < 400)
        types = (body_type(resource, method), *(content_type(resource, method, each) for each in handlers))
        yield from (each for each in types if each is not None)


def _tag(endpoint: Endpoint) -> str:
    """The first word of the path, so that all that belongs to a comment stands together."""
    first = endpoint.path.split("/")[1]
    return endpoint.name if not first or variables(f"/{first}") else first


def _body(method: str, schema: Json, example: object) -> Json:
    """The content to send, in its JSON forms: of others, JSON Schema says nothing."""
    shown = {} if example is NONE else {"example": example}
    content = {kind: {"schema": schema, **shown} for kind in accepted_types(method) if is_json(kind)}
    return {"required": True, "content": content}
