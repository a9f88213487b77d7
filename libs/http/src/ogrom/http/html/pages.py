"""A page about a value and about the request that it answers; the templates turn it into HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ..definition import query_parameters
from ..deprecations import announced, deprecations
from ..exchange import Exchange
from ..graph import EXCEPTION, NODES
from ..inspect import described_methods, prose
from ..nodes import Declarations
from ..problem import phrase
from ..response import ResponseInfo
from . import Element, Piece, urls
from .commands import Command, commands
from .forms import Form, query_form
from .security import security_headers
from .templating import ENVIRONMENT, digest, trusted
from .values import Anchor, Presenter, Record

_REQUEST_FIELDS: Final = ("accept", "accept-language", "accept-encoding", "content-type", "if-match")

_STYLE: Final = trusted("style.css")
_SCRIPT: Final = trusted("script.js")

HEADERS: Final = {
    "Cache-Control": "no-store",
    **security_headers(
        {
            "style-src": digest(_STYLE),
            "script-src": digest(_SCRIPT),
            "img-src": "'self' https:",
            "form-action": "'self'",
        },
        referrer="same-origin",
    ),
}
"""The header fields of every page: it loads and runs only what is in it, and shows one request only."""

_PAGE: Final = ENVIRONMENT.get_template("page.html")


@dataclass(frozen=True, slots=True)
class Step:
    """A visited node: its name, its question, its answer and the style that goes with that."""

    name: str
    about: str
    answer: str
    style: str


def page(
    value: object,
    info: ResponseInfo | None,
    enrich: Callable[[Any, ResponseInfo], Any],
    draw: Callable[[list[dict[str, Any]]], tuple[Piece, ...]],
) -> bytes:
    """The page about a value; without a ResponseInfo, about nothing else."""
    raw = msgspec.json.encode(value)
    known = msgspec.json.decode(raw)
    failed = info is not None and info.status >= 400
    detail, rest = _explained(known) if failed else ("", known)
    x = info.exchange if info is not None else None
    if not failed and x is not None and info is not None:
        rest = enrich(linked(rest, x), info)
    main, following = _elements(rest, Presenter(draw))
    return _PAGE.render(
        style=_STYLE,
        script=_SCRIPT,
        title=_title(known, info),
        about=_about(info),
        main=main,
        following=following,
        raw=msgspec.json.format(raw).decode(),
        failed=failed,
        detail=detail,
        trail=urls.trail(info.request.target, info.request.root) if info else [],
        info=info,
        phrase=phrase(info.status) if info else "",
        sent=_sent(info) if info else [],
        received=_received(info) if info else [],
        deprecated=_deprecated(info) if info else [],
        query=_query(info),
        commands=_commands(info, known),
        path=() if x is None else path_of(x),
        trace="" if x is None else x.trace_page,
    ).encode()


def linked(value: Any, x: Exchange[Any, Any, Any]) -> Any:
    """The value, with a link beside each id of a thing that the resource links to.

    Args:
        value: as JSON has it. Its own links stay as they are.
        x: whose links are built; `product_id` becomes one if the resource names the endpoint `product`.
    """
    if isinstance(value, list):
        return [linked(each, x) for each in value]
    if not isinstance(value, dict):
        return value
    members = {name: linked(member, x) for name, member in value.items()}
    found = {name.removesuffix("_id"): _link(name, member, x) for name, member in value.items()}
    links = {name: path for name, path in found.items() if path is not None}
    own = value.get("links", {})
    return {**members, "links": {**links, **own}} if links and isinstance(own, dict) else members


def _link(name: str, member: object, x: Exchange[Any, Any, Any]) -> str | None:
    if not name.endswith("_id") or type(member) is not int:
        return None
    try:
        return x.link(name.removesuffix("_id"), **{name: member})
    except LookupError:  # the endpoint is not linked, or needs more than an id
        return None


def path_of(x: Exchange[Any, Any, Any]) -> tuple[Step, ...]:
    """The visited nodes, without those that the resource's class answers for every request."""
    steps = tuple(_step(name, answer) for name, answer in x.path or ())
    return (*steps, _step(EXCEPTION, None)) if x.exception is not None else steps


def _step(name: str, answer: bool | None) -> Step:
    node = NODES[name]
    if node.kind != "decision":
        return Step(name, node.about, "", "end" if node.kind == "handler" else "done")
    said = {True: ("yes", "yes"), False: ("no", "no"), None: ("raised an exception", "raised")}
    return Step(name, node.about, *said[answer])


def _explained(value: Any) -> tuple[str, Any]:
    """The detail of a problem, and the members that neither that nor the heading shows."""
    if not isinstance(value, dict) or not isinstance(value.get("detail", ""), str):
        return "", value
    told = ("status", "detail", *(("type", "title") if value.get("type") == "about:blank" else ()))
    return value.get("detail", ""), {name: member for name, member in value.items() if name not in told}


def _elements(value: Any, presenter: Presenter) -> tuple[tuple[Element, ...], Anchor | None]:
    """The elements of a value, and the link to what follows it if it is a page of a list."""
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return (presenter.show(value),), None
    rest = {name: member for name, member in value.items() if name not in ("items", "next")}
    others = presenter.show(rest)
    elements = (presenter.show(value["items"]), *((others,) if _says_anything(others) else ()))
    following = value.get("next")
    if isinstance(following, str) and urls.is_link(following):
        return elements, Anchor("Next page", following, urls.is_external(following))
    return elements, None


def _says_anything(element: Element) -> bool:
    """Whether it shows more than a link to itself."""
    if not isinstance(element, Record):
        return True
    return bool(element.members) or any(anchor.text != "self" for anchor in element.links.anchors)


def _title(value: Any, info: ResponseInfo | None) -> str:
    if info is not None and info.status >= 400:
        return f"{info.status} {phrase(info.status)}"
    named = [value.get(name) for name in ("title", "name")] if isinstance(value, dict) else []
    kind = _kind(info.resource) if info is not None and info.resource is not None else "Value"
    return next((name for name in named if isinstance(name, str) and name.strip()), kind)


def _kind(resource: Declarations[Any, Any]) -> str:
    """The name of the resource's class as words."""
    name = type(resource).__name__.strip("_").removesuffix("Resource") or "Resource"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()


def _about(info: ResponseInfo | None) -> tuple[str, ...]:
    """The paragraphs in which the resource's class describes itself."""
    if info is None or info.resource is None:
        return ()
    about = prose(type(info.resource)).replace("`", "")
    return tuple(" ".join(paragraph.split()) for paragraph in about.split("\n\n") if paragraph.strip())


def _sent(info: ResponseInfo) -> list[tuple[str, str]]:
    """The header fields of the request that the page shows."""
    fields = ((name.title(), info.request.header(name)) for name in _REQUEST_FIELDS)
    return [(name, text) for name, text in fields if text]


def _received(info: ResponseInfo) -> list[tuple[str, str]]:
    """The header fields of the response."""
    fields = {**info.headers, **HEADERS}
    return sorted(
        (fields if info.resource is None else announced(type(info.resource), info.request, fields)).items()
    )


def _deprecated(info: ResponseInfo) -> list[tuple[str, str]]:
    """What of the resource is deprecated, and what to use instead."""
    if info.resource is None:
        return []
    kind = type(info.resource)
    told = ((method, each) for method in described_methods(kind) for each in deprecations(kind, method))
    return [(f"{method} {each.what}", str(each.deprecation)) for method, each in told]


def _query(info: ResponseInfo | None) -> Form | None:
    if info is None or info.resource is None:
        return None
    parameters = query_parameters(type(info.resource))
    return None if parameters is None else query_form(parameters, info.request.target)


def _commands(info: ResponseInfo | None, known: Any) -> list[Command]:
    if info is None or info.resource is None or info.exchange is None:
        return []
    return commands(info.resource, info.exchange, known if info.status < 400 else None)
