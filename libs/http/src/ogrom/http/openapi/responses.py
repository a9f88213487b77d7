"""Responses: what each reachable status says, with its header fields and the form of problems."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from ..definition import ResourceClass, has_etag, has_last_modified
from ..deprecations import deprecation_of
from ..graph import Node
from ..inspect import content_type, problem_types, statuses
from ..nodes import Declarations
from ..problem import ProblemType, phrase
from ..response import REDIRECTS, SHOWS_ENTITY, problem_renderers, vary_of
from .examples import NONE
from .schemas import Json, Schemas

_TYPE = "What kind of problem it is; decide by it. Where it is about:blank, the status says all."
_REFERENCE = Meta(description=_TYPE, extra_json_schema={"format": "uri-reference"})


class Problem(Struct, kw_only=True):
    """Why a request was refused (RFC 9457)."""

    type: Annotated[str, _REFERENCE]
    title: Annotated[str, Meta(description="What has happened, the same for every problem of the type.")]
    status: Annotated[int, Meta(description="The status of the response.")]
    detail: Annotated[str, Meta(description="What is wrong with this request, for a person.")] | UnsetType = (
        UNSET
    )
    instance: Annotated[str, Meta(description="The path and query of the request.")] | UnsetType = UNSET
    request_id: Annotated[str, Meta(description="The request's id in the service's logs.")] | UnsetType = (
        UNSET
    )


def responses(
    resource: ResourceClass,
    method: str,
    schemas: Schemas,
    shown: object,
    further: tuple[int, ...] = (),
    types: tuple[ProblemType, ...] = (),
) -> dict[str, Json]:
    """The responses of one operation by status.

    Args:
        shown: an example of what GET answers, or NONE.
        further: statuses that no resource decides.
        types: of the problems that no resource decides on.
    """
    handlers = dict.fromkeys(further, ()) | statuses(resource, method)
    return {
        str(status): _response(resource, method, status, handlers[status], schemas, shown)
        | _types(resource, method, status, types)
        for status in sorted(handlers)
    }


def _response(
    resource: ResourceClass,
    method: str,
    status: int,
    handlers: tuple[Node, ...],
    schemas: Schemas,
    shown: object,
) -> Json:
    about = " ".join(dict.fromkeys(each.about for each in handlers)) or f"{phrase(status)}."
    made: Json = {"description": about, "headers": _response_fields(resource, method, status)}
    types = problem_types(resource, method).get(status, ())
    content = (
        _problems(resource, schemas, types)
        if status >= 400
        else _content(resource, method, handlers, schemas)
    )
    if shown is not NONE and status == 200:
        content = {
            kind: each | {"example": shown} if is_json(kind) else each for kind, each in content.items()
        }
    return made | ({"content": content} if content else {})


def _content(
    resource: ResourceClass, method: str, handlers: tuple[Node, ...], schemas: Schemas
) -> dict[str, Json]:
    types = (content_type(resource, method, each) for each in handlers)
    wanted = next((each for each in types if each is not None), None)
    if wanted is None:
        return {}
    return {_bare(each.media_type): _form(each.media_type, schemas.of(wanted)) for each in resource.renderers}


def _types(resource: ResourceClass, method: str, status: int, further: tuple[ProblemType, ...]) -> Json:
    """The types of the problems of this status, if there are any."""
    types = {
        *problem_types(resource, method).get(status, ()),
        *(each for each in further if each.status == status),
    }
    return {"x-problem-types": sorted(each.path for each in types)} if types else {}


def _problems(resource: ResourceClass, schemas: Schemas, types: tuple[ProblemType, ...]) -> dict[str, Json]:
    kinds = (each.problem_type for each in problem_renderers(resource))
    examples = {each.name: {"$ref": f"#/components/examples/{each.name}"} for each in types}
    shown = {"examples": examples} if examples else {}
    return {
        _bare(kind): _form(kind, schemas.of(Problem)) | (shown if is_json(kind) else {})
        for kind in kinds
        if kind is not None
    }


def _form(media_type: str, schema: Json) -> Json:
    """The schema of JSON content; JSON Schema can only say of other text that it is a string."""
    if is_json(media_type):
        return {"schema": schema}
    return {"schema": {"type": "string"}} if media_type.startswith("text/") else {}


def is_json(media_type: str) -> bool:
    """Whether content of this type is JSON."""
    return _bare(media_type).endswith(("/json", "+json"))


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip()


# Header fields.

TEXT: Json = {"type": "string"}
SECONDS: Json = {"type": "integer", "minimum": 0}

FIELDS: dict[str, tuple[str, Json]] = {
    "Age": ("The age of the data in seconds, if they come from a cache (RFC 9111, 5.1).", SECONDS),
    "Cache-Control": ("Who may store the response, and for how long (RFC 9111, 5.2).", TEXT),
    "Cache-Status": (
        "Which cache within the service answered; a negative `ttl` means that the data are stale (RFC 9211).",
        TEXT,
    ),
    "Content-Language": ("The language of the content (RFC 9110, 8.5).", TEXT),
    "Content-Location": ("Where the content can be read again (RFC 9110, 8.7).", TEXT),
    "Deprecation": ("Since when this is deprecated: `@` and the seconds since 1970 (RFC 9745).", TEXT),
    "ETag": ("Identifies this state; send it in If-None-Match or If-Match (RFC 9110, 8.8.3).", TEXT),
    "Last-Modified": ("When the entity last changed (RFC 9110, 8.8.2).", TEXT),
    "Link": ('The next page of the list, as `rel="next"` (RFC 8288).', TEXT),
    "Location": ("Where to go, or what was created (RFC 9110, 10.2.2).", TEXT),
    "Retry-After": ("The seconds to wait before trying again (RFC 9110, 10.2.3).", SECONDS),
    "Sunset": ("From when on this may be gone (RFC 8594).", TEXT),
    "Vary": ("The request's header fields that the content depends on (RFC 9110, 12.5.5).", TEXT),
    "WWW-Authenticate": ("How to authenticate (RFC 9110, 11.6.1).", TEXT),
    "X-Request-Id": ("The id of the request in the service's logs.", TEXT),
}


def header_components() -> dict[str, Json]:
    """Every field that a response refers to."""
    return {name: {"description": about, "schema": schema} for name, (about, schema) in FIELDS.items()}


def _response_fields(resource: ResourceClass, method: str, status: int) -> dict[str, Json]:
    """The header fields that a response can have, by name."""
    told = deprecation_of(resource, method)
    names = {
        "X-Request-Id": True,
        "Deprecation": told is not None,
        "Sunset": told is not None and told.sunset is not None,
        "Vary": bool(vary_of(resource, problem=status >= 400)),
        "Cache-Control": status >= 400,
        "Location": status in REDIRECTS and resource.location is not Declarations.location,
        "Retry-After": status in (429, 503),
        "WWW-Authenticate": status == 401 or (status == 403 and method in resource.scopes),
        **_state_fields(resource, method, status),
    }
    return {name: _field(name) for name in sorted(names) if names[name]}


def _state_fields(resource: ResourceClass, method: str, status: int) -> dict[str, bool]:
    """The fields about the entity's state, or what was created; other responses to POST and DELETE lack them."""
    if status not in SHOWS_ENTITY:
        return {}
    is_state = method not in ("POST", "DELETE")
    is_made = method == "POST" and status == 201
    return {
        **dict.fromkeys(resource.header_names, True),
        "ETag": (is_state and has_etag(resource))
        or (is_made and resource.created_etag is not Declarations.created_etag),
        "Last-Modified": is_state and has_last_modified(resource),
    }


def _field(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"} if name in FIELDS else {"schema": TEXT}
