"""Replies: the header fields and the content that follow from where an exchange ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from . import rules
from .conditional import ETag, format_date
from .definition import accepted_types, allowed_methods, body_type
from .exchange import Request
from .graph import Node
from .memo import remembered
from .occasions import Occasion
from .problem import Problem
from .representations import COMPRESSIBLE, Page, Renderer, compress, problem_renderer
from .resource import Resource
from .rules import R, X

__all__ = ["refusal"]

REDIRECTS = (201, 301, 303, 307, 308)
SHOWS_ENTITY = (200, 201, 204, 304)
WITHOUT_CONTENT = (204, 304)


@dataclass(frozen=True, slots=True)
class Response:
    """A response, ready to be sent; a handler may return one to say everything itself.

    Attributes:
        status, headers, content: what is sent.
        handler: the node of the graph where the request ended, for logs; empty where no resource answered.
    """

    status: int
    headers: dict[str, str]
    content: bytes = b""
    handler: str = field(default="", compare=False)


def reply(node: Node, said: object, resource: R, x: X) -> Response:
    """The response for what the handler of `node` returned.

    Raises:
        ValueError: a redirect has no location, a time has no time zone, or a Problem is no error.
    """
    if isinstance(said, Response):
        return _as_said(said, node, x)
    if isinstance(said, Problem):
        return _refusal(said, node, resource, x)
    return _answer(node, said, resource, x)


def _as_said(said: Response, node: Node, x: X) -> Response:
    """The handler's own response; to HEAD, without its content but with the content's length."""
    if x.method != "HEAD":
        return replace(said, handler=node.name)
    length = {} if said.status in WITHOUT_CONTENT else {"Content-Length": str(len(said.content))}
    return Response(said.status, length | said.headers, handler=node.name)


def _answer(node: Node, said: object, resource: R, x: X) -> Response:
    status = node.status
    headers: dict[str, str] = {}
    content = b""
    renderer = x.renderer or resource.renderers[0]
    shown = said is not None and status not in WITHOUT_CONTENT
    if shown:
        headers["Content-Type"] = renderer.media_type
        if resource.languages:
            headers["Content-Language"] = x.language or resource.languages[0]
        if renderer.page is None:
            content = _encoded(renderer.render(said), headers, x)
    if x.method == "OPTIONS":
        _list_methods(headers, resource)
    elif status in SHOWS_ENTITY:
        _describe(status, headers, resource, x)
    if status in REDIRECTS:
        _locate(status, headers, resource, x)
    _complete(status, headers, resource, x)
    if shown and renderer.page is not None:
        page = _page(renderer.page, said, Occasion(x.request, status, headers, resource, x))
        content = _encoded(page, headers, x)
    return _sent(status, headers, content, x.method, node.name)


def _page(page: Page, value: object, occasion: Occasion) -> bytes:
    """A page, which is made last since it tells of the header fields; those that it needs are added to them."""
    content, needed = page(value, occasion)
    occasion.headers.update(needed)
    return content


def _encoded(content: bytes, headers: dict[str, str], x: X) -> bytes:
    if x.encoding in (None, "identity") or (len(content) < COMPRESSIBLE and not x.encoding_required):
        return content
    headers["Content-Encoding"] = "gzip"
    return compress(content)


def _describe(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    """Add what tells one state of the entity from another, where the response is about its present state."""
    headers.update(resource.headers(x))
    changed = x.method in ("PUT", "PATCH")
    if x.renderer is not None and x.renderer.page is not None:
        return  # a page shows one request, so that no other one could have the same bytes
    if x.method == "POST" and status == 201:
        _name(rules.created_tag(resource, x), headers, resource, x)
    if x.method in ("POST", "DELETE") or (changed and x.result is None):
        return  # what a POST returns is no state of this resource, what a DELETE left has none
    _name(x.matched or rules.current_tag(resource, x), headers, resource, x)
    modified = resource.last_modified(x)
    if modified is not None:
        headers["Last-Modified"] = format_date(modified)


def _name(tag: ETag | None, headers: dict[str, str], resource: R, x: X) -> None:
    """Add the entity tag of the form that is sent."""
    if tag is not None:
        coding = "-gzip" if "Content-Encoding" in headers else ""
        form = "" if tag is x.matched else rules.form_suffix(resource, x) + coding
        headers["ETag"] = str(ETag(tag.opaque + form, tag.weak) if form else tag)


def _locate(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    location = resource.location(x)
    if location is not None:
        headers["Location"] = location
    elif status != 201:
        raise ValueError(f"{type(resource).__qualname__} redirects but its `location` is None")


def _list_methods(headers: dict[str, str], resource: R) -> None:
    methods = allowed_methods(type(resource))
    headers["Allow"] = ", ".join(methods)
    if body_type(type(resource), "PATCH") is not None:
        headers["Accept-Patch"] = ", ".join(accepted_types("PATCH"))


def _refusal(problem: Problem, node: Node, resource: R, x: X) -> Response:
    status = problem.status or node.status
    if status < 400:
        raise ValueError(
            f"{type(resource).__qualname__} ends in {status} with {problem!r}; give it a `status`"
        )
    renderer = problem_renderer((x.request.header("accept") or "")[: rules.FIELD_LIMIT], x.renderer)
    headers = {"Content-Type": renderer.problem_type, **problem.headers}
    _complete(status, headers, resource, x)
    return _explained(problem, renderer, Occasion(x.request, status, headers, resource, x), node.name)


def refusal(problem: Problem, status: int, request: Request) -> Response:
    """The response to a request that no resource answers: a problem document in the form that it accepts.

    Args:
        problem: what is wrong.
        status: of the response, where the problem has none.
        request: what was received.
    """
    status = problem.status or status
    renderer = problem_renderer((request.header("accept") or "")[: rules.FIELD_LIMIT])
    always = {"Content-Type": renderer.problem_type, "Cache-Control": "no-store", "Vary": "Accept"}
    return _explained(problem, renderer, Occasion(request, status, {**always, **problem.headers}))


def _explained(problem: Problem, renderer: Renderer, occasion: Occasion, handler: str = "") -> Response:
    request, status = occasion.request, occasion.status
    document = problem.members(status, instance=request.target, request_id=request.id)
    if renderer.page is None:
        content = renderer.render(document)
    else:
        content = _page(renderer.page, document, occasion)
    return _sent(status, occasion.headers, content, request.method, handler)


def _complete(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    """Add what every response of the resource says, whatever its content."""
    vary = vary_of(type(resource), problem=status >= 400)
    if vary:
        headers["Vary"] = f"{headers['Vary']}, {vary}" if "Vary" in headers else vary
    if status >= 400:
        _oblige(status, headers, resource, x)


def _sent(status: int, headers: dict[str, str], content: bytes, method: str, handler: str) -> Response:
    if status not in WITHOUT_CONTENT:
        headers["Content-Length"] = str(len(content))
    return Response(status, headers, b"" if method == "HEAD" else content, handler)


def _oblige(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    """Add the header fields that an error needs, whoever wrote its content."""
    headers.setdefault("Cache-Control", "no-store")  # some errors may be kept by caches unless told (15.1)
    if status == 405 or x.method == "OPTIONS":
        _list_methods(headers, resource)
    if status == 401:
        headers.setdefault("WWW-Authenticate", str(x.challenge or resource.challenge))
    elif status in (429, 503):
        headers.setdefault("Retry-After", str(resource.retry_after))


@remembered
def vary_of(resource: type[Resource[Any, Any]], *, problem: bool = False) -> str:
    """Every header field that the resource could choose by (RFC 9110, 12.5.5).

    Args:
        resource: the class.
        problem: whether the response is an error, which always has several forms.
    """
    axes = {
        "Accept": problem or len(resource.renderers) > 1,
        "Accept-Language": len(resource.languages) > 1,
        "Accept-Encoding": bool(resource.encodings),
    }
    return ", ".join(field for field, varies in axes.items() if varies)
