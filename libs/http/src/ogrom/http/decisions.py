"""Defaults of the graph's nodes: what the request and the resource's declarations decide, and what handlers say.

The name of each decision is that of its node; `conditional` has those about preconditions. A static decision needs the
class and the method alone, so the graph is folded around its answer; where that is None, the exchange decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import content, negotiation, parameters, problems, validators
from .definition import (
    ResourceClass,
    accepted_types,
    allowed_methods,
    body_type,
    cached,
    overrides,
    query_parameters,
)
from .exchange import Exchange
from .nodes import Answer, Constant, Declarations
from .problem import BLANK, Problem, ProblemType
from .renderers import Renderer

X: TypeAlias = Exchange[Any, Any, Any]
R: TypeAlias = Declarations[Any, Any]
Decision: TypeAlias = Callable[[R, X], Answer]
StaticDecision: TypeAlias = Callable[[ResourceClass, str], bool | None]


FIELD_LIMIT = 8192
"""Characters of a header field that are read, so that no client fills the caches of parsed fields."""


@dataclass(frozen=True, slots=True)
class Has:
    """Whether the request has this header field.

    An empty preference counts as none; an empty precondition no state can meet, and an empty key cannot be read.
    """

    field: str

    def __call__(self, resource: R, x: X) -> bool:
        value = x.request.header(self.field)
        return value is not None and (value != "" or not self.field.startswith("accept"))


def is_star(field: str) -> Decision:
    """Whether the header field is `*`."""
    return lambda _, x: field_of(x, field).strip() == "*"


def is_date(field: str) -> Decision:
    """Whether the header field is an HTTP date."""
    return lambda _, x: validators.parse_date(field_of(x, field)) is not None


def field_of(x: X, name: str) -> str:
    """The header field of this name, up to a length; "" where there is none."""
    return (x.request.header(name) or "")[:FIELD_LIMIT]


# What methods the resource answers.


def known_method(resource: ResourceClass, method: str) -> bool:
    return method in resource.known_methods


def method_allowed(resource: ResourceClass, method: str) -> bool:
    return method in allowed_methods(resource)


# The content and the query of the request.


def takes_no_body(resource: ResourceClass, method: str) -> bool | None:
    """True if the resource reads no content for this method."""
    return True if body_type(resource, method) is None else None


def known_content_type(resource: R, x: X) -> Answer:
    sent, accepted = field_of(x, "content-type"), accepted_types(x.method)
    if field_of(x, "content-encoding").strip().lower() not in ("", "identity"):
        return Problem(
            "Send the content uncompressed, without Content-Encoding.",
            type=problems.UNSUPPORTED_CONTENT_CODING,
            headers={"Accept-Encoding": "identity"},
        )
    if content.is_accepted(sent, accepted) or not (sent or _is_longer(x, 0)):
        return True
    return Problem(
        f"Send the content as {' or '.join(accepted)}, in UTF-8, and say so in Content-Type.",
        type=problems.UNSUPPORTED_MEDIA_TYPE,
        headers={"Accept-Patch" if x.method == "PATCH" else "Accept": ", ".join(accepted)},
    )


def valid_entity_length(resource: R, x: X) -> Answer:
    if not _is_longer(x, resource.body_limit):
        return True
    detail = f"The content must not exceed {resource.body_limit} bytes; send less."
    return Problem(detail, type=problems.CONTENT_TOO_LARGE)


def query_well_formed(resource: R, x: X) -> Answer:
    declared = query_parameters(type(resource))
    if declared is None:
        return not x.request.query or parameters.no_query(x.request.query)
    x.query = declared.decode(x.request.query)
    return x.query if isinstance(x.query, Problem) else True


def body_well_formed(resource: R, x: X) -> Answer:
    if x.method == "PUT" and x.request.header("content-range") is not None:  # RFC 9110, 14.5
        return Problem("Send the whole content, without Content-Range.", type=problems.CONTENT_RANGE)
    sent = _content(x, resource.body_limit)
    if sent is None:
        detail = "The content ended before its Content-Length; send all of it."
        return Problem(detail, type=problems.MALFORMED_CONTENT)
    wanted = body_type(type(resource), x.method)
    x.body = content.decode(sent, wanted, content.format_of(field_of(x, "content-type")))
    return x.body if isinstance(x.body, Problem) else True


def _is_longer(x: X, limit: int) -> bool:
    """Whether the content has more bytes than that; it is read only if Content-Length does not say so."""
    length = x.request.header("content-length") or ""
    if length.isascii() and length.isdigit() and len(length) < 20:
        return int(length) > limit
    return len(_content(x, limit) or b"") > limit


def _content(x: X, limit: int) -> bytes | None:
    """The content of the request; None where it ended too early."""
    try:
        return x.request.content(limit)
    except EOFError:
        return None


def body_valid(resource: R, x: X) -> Answer:
    return x.body.problem() if isinstance(x.body, content.Invalid) else True


# Negotiation.


@cached
def _renderers(resource: ResourceClass) -> tuple[Mapping[str, Renderer], tuple[str, ...]]:
    """The renderers by media type, and the media types in order of preference."""
    available = {renderer.media_type: renderer for renderer in resource.renderers}
    return available, tuple(available)


def media_type_available(resource: R, x: X) -> Answer:
    available, media_types = _renderers(type(resource))
    best = negotiation.best_media_type(field_of(x, "accept"), media_types)
    if best is None:
        return _offer(tuple(available))
    x.renderer = available[best]
    return True


def has_no_languages(resource: ResourceClass, method: str) -> bool | None:
    """True if there is no language to choose."""
    return None if resource.languages else True


def language_available(resource: R, x: X) -> Answer:
    x.language = negotiation.best_language(field_of(x, "accept-language"), resource.languages)
    if x.language is None and resource.strict_language:
        return _offer(resource.languages)
    return True


def encoding_available(resource: R, x: X) -> Answer:
    field = field_of(x, "accept-encoding")
    x.encoding = negotiation.best_encoding(field, resource.encodings)
    x.encoding_required = negotiation.best_encoding(field, ()) is None
    if x.encoding is None:
        return _offer(("identity", *resource.encodings))
    return True


def _offer(available: tuple[str, ...]) -> Problem:
    """The problem of a 406, which lists what is available (section 15.5.7)."""
    detail = f"Accept one of {', '.join(available)}."
    return Problem(detail, type=problems.NOT_ACCEPTABLE, extensions={"available": available})


# Writing.


def new_statically(resource: ResourceClass, method: str) -> bool | None:
    """A POST makes something new; a PUT does if nothing was there and it may."""
    if method != "PUT":
        return True
    may = resource.can_put_to_missing
    never = isinstance(may, Constant) and may.value is False
    return None if overrides(resource, "exists") and not never else False


def new(resource: R, x: X) -> Answer:
    return not x.existed


# Handlers: what a response says where the resource does not, nothing or a Problem with advice.


def nothing(resource: R, x: X) -> None:
    """No content."""


def result(resource: R, x: X) -> object:
    """What the action returned."""
    return x.result


def refused(detail: str = "", type: ProblemType | str = BLANK) -> Callable[[R, X], Problem]:
    """The Problem of the decision that refused; if it gave none, one with this detail and type."""
    return lambda resource, x: x.problem or Problem(detail, type=type)


def unauthorized(resource: R, x: X) -> Problem:
    challenge = x.challenge or resource.challenge
    return x.problem or Problem(challenge.detail, type=challenge.type)


def unknown_method(resource: R, x: X) -> Problem:
    return x.problem or Problem(f"The method {x.method} is not supported.")


def not_found(resource: R, x: X) -> Problem:
    return x.problem or Problem(f"There is nothing at {x.request.target.partition('?')[0]}.")


def method_not_allowed(resource: R, x: X) -> Problem:
    methods = ", ".join(allowed_methods(type(resource)))
    method = "GET" if x.method == "HEAD" else x.method  # whose Content-Length is GET's (RFC 9110, 8.6)
    return x.problem or Problem(f"{method} is not allowed here; use one of {methods}.")


def exception(resource: R, x: X) -> Problem:
    if x.method in ("GET", "HEAD", "OPTIONS"):
        return Problem("The service failed, and has logged the error; try again later.")
    if x.idempotency_key is not None:
        return Problem(
            "The service failed, and has logged the error. The change may have been stored: send the request again "
            "with the same Idempotency-Key, and it is stored once."
        )
    return Problem(
        "The service failed, and has logged the error. The change may have been stored: read the resource before you "
        "send it again."
    )
