"""Responses: a request is decided, and header fields and content follow from where it ended."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from . import conditional, decisions
from .decisions import R, X
from .definition import ResourceClass, accepted_types, allowed_methods, body_type, cached, has_last_modified
from .exchange import Request
from .graph import Node
from .plan import ANY_OTHER, PATH_OBSERVER, USED, Observer, Step, exception_step, plan, walk
from .problem import Problem
from .renderers import COMPRESSIBLE, DEFAULT_RENDERERS, Renderer, compress, problem_renderer
from .validators import ETag, format_date

__all__ = ["ResponseInfo", "refusal"]

log = logging.getLogger("ogrom.http")

REDIRECTS = (201, 301, 303, 307, 308)
SHOWS_ENTITY = (200, 201, 204, 304)
WITHOUT_CONTENT = (204, 304)
READS = ("GET", "HEAD")
NOT_STORED = "no-store"


@dataclass(frozen=True, slots=True)
class Response:
    """A response, ready to be sent; a handler may return one to decide everything itself.

    Attributes:
        status, headers, content: what is sent.
        handler: the node of the graph where the request ended, for logs; empty if no resource answered.
    """

    status: int
    headers: dict[str, str]
    content: bytes = b""
    handler: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ResponseInfo:
    """What is known of a response when its content is written, for `Renderer.render_response`.

    Attributes:
        request: what was received.
        status: of the response.
        headers: of the response so far, without its length and content coding.
        resource: the resource that answers; None if no resource has the URL.
        exchange: what the decisions have found out; None if there is no resource.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    resource: R | None = None
    exchange: X | None = None


def respond(resource: R, x: X, *, folded: bool = True, observer: Observer | None = None) -> Response:
    """Decide an exchange. An exception that a resource raises is logged and answered with 500.

    Args:
        resource: the resource behind the URL.
        x: a new exchange.
        folded: False asks every node on the way, also those whose answer is known beforehand.
        observer: sees each node.
    """
    try:
        method = x.method if x.method in resource.known_methods else ANY_OTHER
        first = plan(type(resource), method) if folded else plan(type(resource), method, folded=False)
        if observer is None and _may_want_page(x):
            x.path, observer = [], PATH_OBSERVER
        step = walk(first, resource, x, observer)
        if x.idempotency_key is not None and x.earlier is None and step.node.status >= 400:
            step = _unless_repeated(step, resource, x, folded=folded, observer=observer)
        assert step.handler is not None
        said = step.handler(resource, x) if observer is None else observer.handle(step, resource, x)
        return reply(step.node, said, resource, x)
    except Exception as error:  # noqa: BLE001  # it is logged once it is explained
        x.exception = error
        return _explain_exception(resource, x)


def _unless_repeated(refused: Step, resource: R, x: X, *, folded: bool, observer: Observer | None) -> Step:
    """Where a refused request ends if the first one with its key was carried out just before the refusal.

    Then the refusal is about what that one has done: the state in If-Match is no longer the present one.
    """
    used = plan(type(resource), x.method, folded=folded, first=USED)
    if used.node.name != USED or used.test is None or used.on_true is None:
        return refused
    refusal, x.problem = x.problem, None
    if used.test(resource, x) if observer is None else observer.ask(used, resource, x):
        return walk(used.on_true, resource, x, observer)
    x.problem = refusal
    return refused


def _may_want_page(x: X) -> bool:
    """Whether the client accepts HTML by name, as browsers do and programs rarely."""
    accept = x.request.header("accept")
    return accept is not None and "text/html" in accept


def _explain_exception(resource: R, x: X) -> Response:
    """Let the resource explain its exception, once; an explanation that fails is not explained."""
    step = exception_step(type(resource))
    assert step.handler is not None
    try:
        response = reply(step.node, step.handler(resource, x), resource, x)
    except Exception:
        log.exception("%s %s: handle_exception failed", x.method, x.request.target)
        return reply(step.node, Problem(), resource, x)
    if response.status == 500:
        log.error("%s %s: 500", x.method, x.request.target, exc_info=x.exception)
    elif response.status > 500:  # an outage that the resource recognizes, so no stack trace
        log.warning("%s %s: %s, %s", x.method, x.request.target, response.status, x.exception)
    return response


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
    """The handler's own response; for HEAD, without its content but with the content's length."""
    if x.method != "HEAD":
        return replace(said, handler=node.name)
    length = {} if said.status in WITHOUT_CONTENT else {"Content-Length": str(len(said.content))}
    return Response(said.status, length | said.headers, handler=node.name)


def _answer(node: Node, said: object, resource: R, x: X) -> Response:
    status = node.status
    headers: dict[str, str] = {}
    content = b""
    renderer = x.renderer or resource.renderers[0]
    has_content = said is not None and status not in WITHOUT_CONTENT
    if has_content:
        headers["Content-Type"] = renderer.media_type
        if resource.languages:
            headers["Content-Language"] = x.language or resource.languages[0]
        if renderer.render_response is None:
            content = _encoded(renderer.render(said), headers, x)
    if x.method == "OPTIONS":
        _list_methods(headers, resource)
    elif status in SHOWS_ENTITY:
        _describe(status, headers, resource, x)
    if status in REDIRECTS:
        _locate(status, headers, resource, x)
    _complete(status, headers, resource, x)
    if has_content and renderer.render_response is not None:  # last, since it shows the header fields
        info = ResponseInfo(x.request, status, MappingProxyType(headers), resource, x)
        rendered = renderer.render_response(said, info)
        headers |= rendered.headers
        content = _encoded(rendered.content, headers, x)
    return _sent(status, headers, content, x.method, node.name)


def _encoded(content: bytes, headers: dict[str, str], x: X) -> bytes:
    if x.encoding in (None, "identity") or (len(content) < COMPRESSIBLE and not x.encoding_required):
        return content
    headers["Content-Encoding"] = "gzip"
    return compress(content)


def _describe(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    """Add the validators, if the response is about the entity's current state, and the resource's own fields."""
    if resource.cache:
        headers["Cache-Control"] = cache_control(resource, x.method)
    headers.update(resource.headers(x))
    changed = x.method in ("PUT", "PATCH")
    if x.renderer is not None and x.renderer.render_response is not None:
        return  # it shows one request, so no other response could have the same bytes
    if x.method == "POST" and status == 201:
        _name(conditional.created_tag(resource, x), headers, resource, x)
    if x.method in ("POST", "DELETE") or (changed and x.result is None):
        return  # what a POST returns is not a state of this resource, and a DELETE leaves none
    _name(x.matched or conditional.current_tag(resource, x), headers, resource, x)
    modified = resource.last_modified(x) if has_last_modified(type(resource)) else None
    if modified is not None:
        headers["Last-Modified"] = format_date(modified)


def _name(tag: ETag | None, headers: dict[str, str], resource: R, x: X) -> None:
    """Add the entity tag of the form that is sent."""
    if tag is not None:
        coding = "-gzip" if "Content-Encoding" in headers else ""
        form = "" if tag is x.matched else conditional.form_suffix(resource, x) + coding
        headers["ETag"] = str(ETag(tag.opaque + form, tag.weak) if form else tag)


def _locate(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    location = resource.location(x)
    if location is not None:
        headers["Location"] = location
    elif status != 201:
        raise ValueError(f"{type(resource).__qualname__} redirects, but its `location` is None")


def _list_methods(headers: dict[str, str], resource: R) -> None:
    methods = allowed_methods(type(resource))
    headers["Allow"] = ", ".join(methods)
    if body_type(type(resource), "PATCH") is not None:
        headers["Accept-Patch"] = ", ".join(accepted_types("PATCH"))


def _refusal(problem: Problem, node: Node, resource: R, x: X) -> Response:
    status = problem.status_or(node.status)
    if status < 400:
        raise ValueError(
            f"{type(resource).__qualname__} ends in {status} with {problem!r}; give it a `status`"
        )
    accept = (x.request.header("accept") or "")[: decisions.FIELD_LIMIT]
    renderer = problem_renderer(accept, x.renderer, problem_renderers(type(resource)))
    headers = {"Content-Type": renderer.problem_type or renderer.media_type, **problem.headers}
    _complete(status, headers, resource, x)
    return _with_document(
        problem, renderer, headers, ResponseInfo(x.request, status, headers, resource, x), node.name
    )


@cached
def problem_renderers(resource: ResourceClass) -> tuple[Renderer, ...]:
    """The renderers that a problem of the resource can have; not all need a form for problems."""
    return tuple(dict.fromkeys((*resource.problem_renderers, *resource.renderers)))


def refusal(
    problem: Problem, status: int, request: Request, renderers: tuple[Renderer, ...] = DEFAULT_RENDERERS
) -> Response:
    """The response to a request that no resource answers: a problem document in the form that the client accepts.

    Args:
        status: of the response, if the problem has none.
        renderers: the forms on offer.
    """
    status = problem.status_or(status)
    renderer = problem_renderer((request.header("accept") or "")[: decisions.FIELD_LIMIT], None, renderers)
    always = {
        "Content-Type": renderer.problem_type or renderer.media_type,
        "Cache-Control": NOT_STORED,
        "Vary": "Accept",
    }
    headers = {**always, **problem.headers}
    return _with_document(problem, renderer, headers, ResponseInfo(request, status, headers))


def _with_document(
    problem: Problem, renderer: Renderer, headers: dict[str, str], info: ResponseInfo, handler: str = ""
) -> Response:
    request, status = info.request, info.status
    document = problem.members(status, instance=request.target, request_id=request.id)
    if renderer.render_response is None:
        content = renderer.render(document)
    else:
        content, further = renderer.render_response(document, info)
        headers |= further
    return _sent(status, headers, content, request.method, handler)


def _complete(status: int, headers: dict[str, str], resource: R, x: X) -> None:
    """Add the fields that every response of the resource has, whatever its content."""
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
    """Add the header fields that an error must have."""
    headers.setdefault("Cache-Control", NOT_STORED)  # caches may keep some errors unless told not to (15.1)
    if status == 405 or x.method == "OPTIONS":
        _list_methods(headers, resource)
    if status == 401:
        headers.setdefault("WWW-Authenticate", str(x.challenge or resource.challenge))
    elif status in (429, 503):
        headers.setdefault("Retry-After", str(resource.retry_after))


def cache_control(resource: R | ResourceClass, method: str) -> str:
    """The Cache-Control of a success (RFC 9111, 5.2), where the resource has a `cache`."""
    return resource.cache if method in READS else NOT_STORED


@cached
def vary_of(resource: ResourceClass, *, problem: bool = False) -> str:
    """Every request header field that the representation can depend on (RFC 9110, 12.5.5).

    Args:
        problem: whether the response is an error, which always has several forms.
    """
    axes = {
        "Accept": problem or len(resource.renderers) > 1,
        "Accept-Language": len(resource.languages) > 1,
        "Accept-Encoding": bool(resource.encodings),
    }
    return ", ".join(field for field, varies in axes.items() if varies)
