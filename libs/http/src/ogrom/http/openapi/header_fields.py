"""Header fields as components: what each says, and which responses have it."""

from __future__ import annotations

from typing import Any

from ..reply import REDIRECTS, SHOWS_ENTITY, vary_of
from ..resource import Resource
from .schemas import Json

TEXT: Json = {"type": "string"}
SECONDS: Json = {"type": "integer", "minimum": 0}

FIELDS: dict[str, tuple[str, Json]] = {
    "Age": ("How old the data are, in seconds, where they were not read anew (RFC 9111, 5.1).", SECONDS),
    "Cache-Control": ("Who may keep the response, and for how long (RFC 9111, 5.2).", TEXT),
    "Cache-Status": (
        "Which cache within the service answered; a `ttl` below 0 says that the data are stale (RFC 9211).",
        TEXT,
    ),
    "Content-Language": ("The language of the content (RFC 9110, 8.5).", TEXT),
    "Content-Location": ("Where the content can be read again (RFC 9110, 8.7).", TEXT),
    "ETag": ("Names this state; send it in If-None-Match or If-Match (RFC 9110, 8.8.3).", TEXT),
    "Last-Modified": ("When the entity last changed (RFC 9110, 8.8.2).", TEXT),
    "Link": ('Where the list goes on, as `rel="next"` (RFC 8288).', TEXT),
    "Location": ("Where to go, or what was made (RFC 9110, 10.2.2).", TEXT),
    "Retry-After": ("The seconds after which to try again (RFC 9110, 10.2.3).", SECONDS),
    "Vary": ("The request's header fields that the content was chosen by (RFC 9110, 12.5.5).", TEXT),
    "WWW-Authenticate": ("How to authenticate (RFC 9110, 11.6.1).", TEXT),
    "X-Request-Id": ("Names the request in the service's logs.", TEXT),
}


def components() -> dict[str, Json]:
    """Every field that a response refers to."""
    return {name: {"description": about, "schema": schema} for name, (about, schema) in FIELDS.items()}


def response_fields(resource: type[Resource[Any, Any]], method: str, status: int) -> dict[str, Json]:
    """The header fields that a response can have, by name."""
    names = {
        "X-Request-Id": True,
        "Vary": bool(vary_of(resource, problem=status >= 400)),
        "Cache-Control": status >= 400,
        "Location": status in REDIRECTS and resource.location is not Resource.location,
        "Retry-After": status in (429, 503),
        "WWW-Authenticate": status == 401 or (status == 403 and method in resource.scopes),
        **_state_fields(resource, method, status),
    }
    return {name: _field(name) for name in sorted(names) if names[name]}


def _state_fields(resource: type[Resource[Any, Any]], method: str, status: int) -> dict[str, bool]:
    """The fields about the entity's present state, or what was made; other responses to POST and DELETE lack them."""
    if status not in SHOWS_ENTITY:
        return {}
    is_state = method not in ("POST", "DELETE")
    is_made = method == "POST" and status == 201
    return {
        **dict.fromkeys(resource.header_names, True),
        "ETag": (is_state and resource.etag is not Resource.etag)
        or (is_made and resource.created_etag is not Resource.created_etag),
        "Last-Modified": is_state and resource.last_modified is not Resource.last_modified,
    }


def _field(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"} if name in FIELDS else {"schema": TEXT}
