"""Occasions: what is known about a response besides the value that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .exchange import Exchange, Request

if TYPE_CHECKING:
    from .resource import Resource


@dataclass(frozen=True, slots=True)
class Occasion:
    """The response that a page is part of, and how it came about.

    Attributes:
        request: what was asked.
        status: of the response.
        headers: of the response, but for its length and content coding; whoever writes it may add some.
        resource: which resource answers; None where no resource has the URL.
        exchange: what the decisions have found out; None where there is no resource.
    """

    request: Request
    status: int
    headers: dict[str, str]
    resource: Resource[Any, Any] | None = None
    exchange: Exchange[Any, Any, Any] | None = None
