"""The contract: what a document promises clients, without prose, written in one way only."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from .schemas import Json

FORMAT: Final = 1
"""The format of a contract, as `x-contract-format`; another number tells programs that they cannot read it."""

_PROSE: Final = frozenset({"summary", "description", "example", "examples", "tags"})
_NAMING: Final = frozenset(
    {
        *("content", "headers", "links", "parameters", "paths", "properties", "responses", "schemas"),
        *("securitySchemes", "x-deprecated-values"),
    }
)
"""Members whose own members are named by the API, so that `description` is no prose there."""
_ORDERED: Final = frozenset({"content"})
"""Members whose order means something: the first media type is sent to whoever asks for none."""
_VALUES: Final = frozenset({"const", "default", "enum", "x-extensible-enum"})
"""Members that are values of the API's own, whatever they look like."""


def contract(document: Json) -> Json:
    """What an OpenAPI document promises: without what is for people, its members in alphabetical order.

    The order of `content`, of `servers` and of every other list stays, but for `required`, which has none.
    """
    bare: Json = _bare(document, naming=False)
    return dict(sorted({**bare, "x-contract-format": FORMAT}.items()))


def written(document: Json) -> bytes:
    """A contract as bytes: the same for equal contracts."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _bare(value: Any, *, naming: bool, ordered: bool = False) -> Any:
    """A value without prose.

    Args:
        value: a part of the document.
        naming: whether its members are named by the API.
        ordered: whether the order of its members means something.
    """
    if isinstance(value, list):
        return [_bare(each, naming=False) for each in value]
    if not isinstance(value, dict):
        return value
    kept = [name for name in value if naming or name not in _PROSE]
    return {name: _member(name, value[name], naming=naming) for name in (kept if ordered else sorted(kept))}


def _member(name: str, value: Any, *, naming: bool) -> Any:
    if naming:
        return _bare(value, naming=False)
    if name in _VALUES:
        return value
    if name == "required" and isinstance(value, list):
        return sorted(value)
    made = _bare(value, naming=name in _NAMING, ordered=name in _ORDERED)
    if name != "responses":
        return made
    # OpenAPI wants each of these to be described.
    return {status: dict(sorted({**each, "description": ""}.items())) for status, each in made.items()}
