"""Findings: what a node has added to the exchange, told by comparing it with how it was before."""

from __future__ import annotations

from collections.abc import Mapping

from ..representations import Renderer
from ..rules import X
from .masking import LONGEST, short

_FIELDS = (
    "query",
    "body",
    "renderer",
    "language",
    "encoding",
    "entity",
    "matched",
    "result",
    "problem",
    "challenge",
)


def found_so_far(x: X) -> Mapping[str, object]:
    """What the exchange has found out."""
    return {name: getattr(x, name) for name in _FIELDS}


def found_since(before: Mapping[str, object], x: X) -> str:
    """What it has found out since, in short; empty if nothing."""
    now = found_so_far(x)
    parts = (f"{name} = {_short(now[name])}" for name in _FIELDS if now[name] is not before[name])
    return ", ".join(parts)[: 2 * LONGEST]


def _short(value: object) -> str:
    return value.media_type if isinstance(value, Renderer) else short(value)
