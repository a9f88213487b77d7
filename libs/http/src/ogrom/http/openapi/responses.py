"""Responses: what each reachable status says, with its header fields and the form of problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, get_origin

from msgspec import UNSET, Meta, Struct, UnsetType

from ..content import MESSAGEPACK_TYPES
from ..definition import ResourceClass, has_etag, has_last_modified
from ..deprecations import deprecation_of
from ..graph import Node
from ..inspect import content_type, needed_field, problem_types, prose, split_summary, statuses
from ..nodes import Declarations
from ..problem import ProblemType, phrase
from ..response import NOT_STORED, REDIRECTS, SHOWS_ENTITY, cache_control, problem_renderers, vary_of
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
    links: Callable[[Any], Json],
    further: tuple[int, ...] = (),
    types: tuple[ProblemType, ...] = (),
) -> dict[str, Json]:
    """The responses of one operation by status.

    Args:
        shown: an example of what GET answers, or NONE.
        links: gives the Link Objects of a type of content.
        further: statuses that no resource decides.
        types: of the problems that no resource decides on.
    """
    handlers = dict.fromkeys(further, ()) | statuses(resource, method)
    return {
        str(status): _refusal(resource, method, status, handlers[status], schemas, types)
        if status >= 400
        else _success(resource, method, status, handlers[status], schemas, shown, links)
        for status in sorted(handlers)
    }


def _success(
    resource: ResourceClass,
    method: str,
    status: int,
    handlers: tuple[Node, ...],
    schemas: Schemas,
    shown: object,
    links: Callable[[Any], Json],
) -> Json:
    types = (content_type(resource, method, each) for each in handlers)
    wanted = next((each for each in types if each is not None), None)
    about = _about(handlers, status) if wanted is None else _summary(wanted) or _about(handlers, status)
    made: Json = {"description": about, "headers": _response_fields(resource, method, status)}
    if wanted is not None:
        made |= content([each.media_type for each in resource.renderers], schemas.of(wanted), _has_schema)
        if shown is not NONE and status == 200:
            made["content"] = {
                kind: each | {"example": shown} if is_json(kind) else each
                for kind, each in made["content"].items()
            }
        if leading := links(wanted):
            made["links"] = leading
        if resource.content_problems:
            made["x-content-problem-types"] = {each.path: each.status for each in resource.content_problems}
    return made


def _refusal(
    resource: ResourceClass,
    method: str,
    status: int,
    handlers: tuple[Node, ...],
    schemas: Schemas,
    further: tuple[ProblemType, ...],
) -> Json:
    made: Json = {
        "description": _about(handlers, status),
        "headers": _response_fields(resource, method, status),
    }
    kinds = [each.problem_type for each in problem_renderers(resource)]
    made |= content([each for each in kinds if each is not None], schemas.of(Problem), _has_schema)
    own = problem_types(resource, method).get(status, ())
    types = sorted({*own, *(each for each in further if each.status == status)}, key=lambda each: each.path)
    if types:
        examples = {each.name: {"$ref": f"#/components/examples/{each.name}"} for each in types}
        for kind, each in made["content"].items():
            each.update({"examples": examples} if is_json(kind) else {})
        made["x-problem-types"] = [each.path for each in types]
    if field := needed_field(resource, method, status):
        made["x-only-with"] = field
    return made


def _about(handlers: tuple[Node, ...], status: int) -> str:
    return " ".join(dict.fromkeys(each.about for each in handlers)) or f"{phrase(status)}."


def _summary(wanted: Any) -> str:
    """What the class of some content says of itself in its first sentence; empty for what is no class of its own."""
    class_ = get_origin(wanted) or wanted
    documented = isinstance(class_, type) and issubclass(class_, Struct)
    return split_summary(prose(class_))[0] if documented else ""


def content(media_types: Iterable[str], schema: Json, has_schema: Callable[[str], bool]) -> Json:
    """The forms of one value, the preferred one first: `content`, and `x-other-media-types` for the rest.

    A generated client takes all of `content` for alternatives and gives its caller a choice of their types. So what no
    schema describes, such as a page for people or a table, does not stand there.

    Args:
        media_types: of the forms.
        schema: of the value.
        has_schema: whether it also describes content of a media type.
    """
    bare = [_bare(each) for each in media_types]
    made: Json = {"content": {each: {"schema": schema} for each in bare if has_schema(each)}}
    others = [each for each in bare if not has_schema(each)]
    return made | ({"x-other-media-types": others} if others else {})


def _has_schema(media_type: str) -> bool:
    """Whether a schema describes such content: it is JSON, or MessagePack, which has the same values."""
    return is_json(media_type) or media_type in MESSAGEPACK_TYPES


def is_json(media_type: str) -> bool:
    """Whether content of this type is JSON."""
    return _bare(media_type).endswith(("/json", "+json"))


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip()


# Header fields.

TEXT: Json = {"type": "string"}
SECONDS: Json = {"type": "integer", "minimum": 0}

CACHE_CONTROL, VARY = "Cache-Control", "Vary"

FIELDS: dict[str, tuple[str, Json]] = {
    "Accept": ("The media types that are read here, where the content had another (RFC 9110, 12.5.1).", TEXT),
    "Accept-Encoding": ("`identity`, where the content was compressed (RFC 9110, 12.5.3).", TEXT),
    "Accept-Patch": ("The media types that PATCH reads here (RFC 5789, 3.1).", TEXT),
    "Age": ("The age of the data in seconds, if they come from a cache (RFC 9111, 5.1).", SECONDS),
    CACHE_CONTROL: (
        "Who may store the response, and for how long (RFC 9111, 5.2).",
        {**TEXT, "const": NOT_STORED},
    ),
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
    VARY: ("The request's header fields that the content depends on (RFC 9110, 12.5.5).", TEXT),
    "WWW-Authenticate": ("How to authenticate (RFC 9110, 11.6.1).", TEXT),
    "X-Request-Id": ("The id of the request in the service's logs.", TEXT),
}


def header_components(resources: Iterable[ResourceClass]) -> dict[str, Json]:
    """Every field that a response of the resources can refer to: those that vary, and those with a fixed value."""
    made = {name: {"description": about, "schema": schema} for name, (about, schema) in FIELDS.items()}
    for resource in resources:
        for name, value in ((CACHE_CONTROL, resource.cache), (VARY, vary_of(resource))):
            if value:
                about, schema = FIELDS[name]
                made[_fixed(name, value)] = {"description": about, "schema": {**schema, "const": value}}
    return dict(sorted(made.items()))


def _fixed(name: str, value: str) -> str:
    """The name of the component for a field that always has this value."""
    return name if value == NOT_STORED else re.sub(r"\W+", "-", f"{name} {value}")


def _response_fields(resource: ResourceClass, method: str, status: int) -> dict[str, Json]:
    """The header fields that a response can have, by name."""
    told = deprecation_of(resource, method)
    names = {
        "X-Request-Id": "X-Request-Id",
        **({"Deprecation": "Deprecation"} if told is not None else {}),
        **({"Sunset": "Sunset"} if told is not None and told.sunset is not None else {}),
        **(
            _problem_fields(resource, method, status)
            if status >= 400
            else _state_fields(resource, method, status)
        ),
    }
    if status in REDIRECTS and resource.location is not Declarations.location:
        names["Location"] = "Location"
    return {name: _field(names[name]) for name in sorted(names)}


def _problem_fields(resource: ResourceClass, method: str, status: int) -> dict[str, str]:
    """The components of a refusal's fields. Some refusals come from what is in front, whose Vary is another one."""
    has = {
        VARY: True,
        "Accept-Patch" if method == "PATCH" else "Accept": status == 415,
        "Accept-Encoding": status == 415,
        "Retry-After": status in (429, 503),
        "WWW-Authenticate": status == 401 or (status == 403 and method in resource.scopes),
    }
    return {CACHE_CONTROL: _fixed(CACHE_CONTROL, NOT_STORED)} | {name: name for name in has if has[name]}


def _state_fields(resource: ResourceClass, method: str, status: int) -> dict[str, str]:
    """The components of the fields about the entity's state, or what was created.

    Other responses to POST and DELETE lack validators.
    """
    vary = vary_of(resource)
    names = {VARY: _fixed(VARY, vary)} if vary else {}
    if status not in SHOWS_ENTITY:
        return names
    if resource.cache:
        names[CACHE_CONTROL] = _fixed(CACHE_CONTROL, cache_control(resource, method))
    names |= {name: "" if name == CACHE_CONTROL else name for name in resource.header_names}
    is_state = method not in ("POST", "DELETE")
    is_made = method == "POST" and status == 201
    if (is_state and has_etag(resource)) or (
        is_made and resource.created_etag is not Declarations.created_etag
    ):
        names["ETag"] = "ETag"
    if is_state and has_last_modified(resource):
        names["Last-Modified"] = "Last-Modified"
    return names


def _field(component: str) -> Json:
    known = component in FIELDS or component.startswith((f"{CACHE_CONTROL}-", f"{VARY}-"))
    return {"$ref": f"#/components/headers/{component}"} if known else {"schema": TEXT}
