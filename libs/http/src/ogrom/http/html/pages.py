"""Pages: what is on them, and the templates that put it into HTML."""

from __future__ import annotations

import inspect
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import jinja2
import msgspec
from markupsafe import Markup

from ..definition import query_parameters
from ..occasions import Occasion
from ..problem import phrase
from ..resource import Resource
from . import urls
from .commands import Command, commands
from .forms import Form, query_form
from .linking import linked
from .path import path_of
from .values import Anchor, Part, Record, show

_TEMPLATES: Final = files("ogrom.http.html").joinpath("templates")
_ASKED: Final = ("accept", "accept-language", "accept-encoding", "content-type", "if-match")
_SECTION: Final = re.compile(r"^(Args|Arguments|Attributes|Raises|Returns|Examples?|Note):\s*$", re.MULTILINE)


def _source(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text("utf-8").strip()


def _digest(text: str) -> str:
    return "'sha256-" + b64encode(sha256(text.encode()).digest()).decode() + "'"


_STYLE: Final = _source("style.css")
_SCRIPT: Final = _source("script.js")

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_digest(_STYLE)}; script-src {_digest(_SCRIPT)}; "
        "img-src 'self' https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""What every page is sent with: it runs and loads only what is in it, and is about one request alone."""

_environment = jinja2.Environment(
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
    loader=jinja2.FunctionLoader(_source),
)
# Our own style and script are the only texts that are not escaped.
_environment.globals |= {"style": Markup(_STYLE), "script": Markup(_SCRIPT)}  # noqa: S704  # our own files
_PAGE: Final = _environment.get_template("page.html")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page says of its request, its response and the way between them."""

    method: str
    target: str
    id: str
    fields: tuple[tuple[str, str], ...]
    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...]


def render(value: object, occasion: Occasion | None = None) -> bytes:
    """The page about a value; without an occasion, about nothing else."""
    raw = msgspec.json.encode(value)
    known = msgspec.json.decode(raw)
    failed = occasion is not None and occasion.status >= 400
    detail, rest = _explained(known) if failed else ("", known)
    x = occasion.exchange if occasion is not None else None
    if not failed and x is not None and occasion is not None and occasion.resource is not None:
        rest = linked(rest, x, occasion.resource.pictures(x))
    main, following = _shown(rest)
    return _PAGE.render(
        title=_title(known, occasion),
        about=_about(occasion),
        main=main,
        following=following,
        raw=msgspec.json.format(raw).decode(),
        failed=failed,
        detail=detail,
        trail=urls.trail(occasion.request.target, occasion.request.root) if occasion else [],
        asked=_asked(occasion) if occasion else None,
        query=_query(occasion),
        commands=_commands(occasion, known),
        path=() if x is None else path_of(x),
        trace="" if x is None or x.trace is None else x.trace.page,
    ).encode()


def _explained(value: Any) -> tuple[str, Any]:
    """What a problem says, and what is left once that and the heading have told the most of it."""
    if not isinstance(value, dict) or not isinstance(value.get("detail", ""), str):
        return "", value
    told = ("status", "detail", *(("type", "title") if value.get("type") == "about:blank" else ()))
    return value.get("detail", ""), {name: member for name, member in value.items() if name not in told}


def _shown(value: Any) -> tuple[tuple[Part, ...], Anchor | None]:
    """The parts of a value, and the link to what follows it if it is a page of a list."""
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return (show(value),), None
    rest = {name: member for name, member in value.items() if name not in ("items", "next")}
    others = show(rest)
    parts = (show(value["items"]), *((others,) if _says_anything(others) else ()))
    following = value.get("next")
    if isinstance(following, str) and urls.is_link(following):
        return parts, Anchor("Next page", following, urls.is_external(following))
    return parts, None


def _says_anything(part: Part) -> bool:
    """Whether there is more in it than where it is."""
    if not isinstance(part, Record):
        return True
    return bool(part.members) or any(anchor.text != "self" for anchor in part.links.anchors)


def _title(value: Any, occasion: Occasion | None) -> str:
    if occasion is not None and occasion.status >= 400:
        return f"{occasion.status} {phrase(occasion.status)}"
    named = [value.get(name) for name in ("title", "name")] if isinstance(value, dict) else []
    kind = _kind(occasion.resource) if occasion is not None and occasion.resource is not None else "Value"
    return next((name for name in named if isinstance(name, str) and name.strip()), kind)


def _kind(resource: Resource[Any, Any]) -> str:
    """The name of the resource's class as words."""
    name = type(resource).__name__.strip("_").removesuffix("Resource") or "Resource"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).capitalize()


def _about(occasion: Occasion | None) -> tuple[str, ...]:
    """The paragraphs in which the resource's class describes itself, without the sections for programmers."""
    resource = type(occasion.resource) if occasion is not None else None
    said = None if resource is None else vars(resource).get("__doc__")
    if resource is None or not said or said.startswith(f"{resource.__name__}("):  # a dataclass's own
        return ()
    prose = _SECTION.split(inspect.cleandoc(said), maxsplit=1)[0].replace("`", "")
    return tuple(" ".join(paragraph.split()) for paragraph in prose.split("\n\n") if paragraph.strip())


def _asked(occasion: Occasion) -> Asked:
    request = occasion.request
    sent = ((name.title(), request.header(name)) for name in _ASKED)
    return Asked(
        request.method,
        request.target,
        request.id,
        tuple((name, text) for name, text in sent if text),
        occasion.status,
        phrase(occasion.status),
        tuple(sorted({**occasion.headers, **HEADERS}.items())),
    )


def _query(occasion: Occasion | None) -> Form | None:
    if occasion is None or occasion.resource is None:
        return None
    parameters = query_parameters(type(occasion.resource))
    return None if parameters is None else query_form(parameters, occasion.request.target)


def _commands(occasion: Occasion | None, known: Any) -> list[Command]:
    if occasion is None or occasion.resource is None or occasion.exchange is None:
        return []
    return commands(occasion.resource, occasion.exchange, known if occasion.status < 400 else None)
