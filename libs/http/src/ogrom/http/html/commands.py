"""Commands: what to type in a shell to send each request that a resource answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from .. import rules
from ..definition import accepted_types, allowed_methods, body_type, overrides
from ..exchange import Exchange, Request
from ..resource import Resource
from .examples import example_of

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_CHANGES: Final = ("PUT", "PATCH", "DELETE")
_WIDTH: Final = 64


@dataclass(frozen=True, slots=True)
class Command:
    """A command line that sends a request with `method`; `note` tells it from others of the same."""

    method: str
    line: str
    note: str = ""


def commands(resource: Resource[Any, Any], x: Exchange[Any, Any, Any], known: object) -> list[Command]:
    """A command for each method that the resource allows, and one for each form of its representation.

    Args:
        resource: what answers.
        x: the present exchange, whose entity tag a change needs.
        known: what is shown of the entity, as JSON has it.
    """
    made = []
    for method in allowed_methods(type(resource)):
        if method == "GET":
            made += _reading(resource, x.request)
        elif method in ("HEAD", "OPTIONS"):
            made.append(
                Command(method, _line("--head" if method == "HEAD" else f"-iX {method}", [], x.request))
            )
        else:
            made.append(Command(method, _writing(method, resource, x, known)))
    return made


def _reading(resource: Resource[Any, Any], request: Request) -> list[Command]:
    """Commands for all forms but pages, which one reads in a browser."""
    types = [each.media_type.partition(";")[0] for each in resource.renderers if each.page is None]
    return [Command("GET", _line("-i", [_field("Accept", kind)], request), kind) for kind in types]


def _writing(method: str, resource: Resource[Any, Any], x: Exchange[Any, Any, Any], known: object) -> str:
    options = []
    tag = rules.current_tag(resource, x) if method in _CHANGES and x.existed else None
    if tag is not None:
        options.append(_field("If-Match", str(tag)))
    if overrides(type(resource), "authorized"):
        options.append(_field("Authorization", f"{resource.challenge.scheme} ..."))
    wanted = body_type(type(resource), method)
    if wanted is not None:
        state: Mapping[str, object] = known if isinstance(known, dict) and method in _CHANGES else {}
        content = msgspec.json.encode(example_of(wanted, state)).decode()
        options += [_field("Content-Type", accepted_types(method)[0]), f"--data {shlex.quote(content)}"]
    return _line(f"-iX {method}", options, x.request, query=False)


def _field(name: str, value: str) -> str:
    return f"-H {shlex.quote(f'{name}: {value}')}"


def _line(how: str, options: list[str], request: Request, *, query: bool = True) -> str:
    """The command, in several lines if it is long."""
    target = request.target if query else request.target.partition("?")[0]
    words = [f"curl {how}", *options, shlex.quote(_origin(request) + target)]
    line = " ".join(words)
    return line if len(line) < _WIDTH else " \\\n  ".join(words)


def _origin(request: Request) -> str:
    """Where the client sent the request, as far as it says so itself."""
    host = request.header("host") or ""
    scheme = (request.header("x-forwarded-proto") or "").strip().lower()
    return f"{scheme if scheme == 'https' else 'http'}://{host if _HOST.fullmatch(host) else 'localhost'}"
