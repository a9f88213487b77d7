"""The pages on which people read traces: the last ones, and one with its way through the graph.

They are resources like any other, are not traced themselves and need no script. Where there is a key, they are
shown to those only who sign for them, as for a request to be traced, or with the same token as `?token=`.
The templates and the picture are imported by the first page: a service that starts shall not wait for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from ..endpoint import Endpoint, Mount
from ..exchange import E, Exchange
from ..nodes import Answer
from ..parameters import PathParameter, QueryParameters, parse_query
from ..problem import MEDIA_TYPE, Problem
from ..representations import Renderer
from ..resource import Resource
from . import signature
from .record import Trace
from .signature import TraceKey
from .traces import PATH, Traces

__all__ = ["trace_mount"]

_HTML = Renderer("text/html; charset=utf-8", lambda page: str(page).encode(), MEDIA_TYPE)


class Token(msgspec.Struct, frozen=True):
    """The query of a page.

    Attributes:
        token: what could be sent as `Ogrom-Trace-Request`, for a browser.
    """

    token: str | None = None


@dataclass(frozen=True)
class _Page(Resource[E]):
    """What both pages have in common: who may see them, and how."""

    traces: Traces
    key: TraceKey | None
    query = QueryParameters(Token)
    renderers: ClassVar[tuple[Renderer, ...]] = (_HTML,)

    def allowed(self, x: Exchange[E]) -> Answer:
        """Whether nobody needs to sign, or this request does."""
        path = x.request.target.partition("?")[0]
        if self.key is None or self.key.verifies(_token(x), "GET", path):
            return True
        return Problem(f"Sign the request: `ogrom-api trace-header GET {path}` says how.")

    def headers(self, x: Exchange[E]) -> Mapping[str, str]:
        """What keeps the page from being kept, framed or scripted."""
        from .html import HEADERS

        return HEADERS

    def _link(self, x: Exchange[Any], name: str, **parameters: object) -> str:
        """A link that whoever may see this page can follow, as long as this one."""
        if self.key is None:
            return x.link(name, **parameters)
        expires = int(_token(x).partition(".")[0])
        token = self.key.sign("GET", x.link(name, **parameters), expires=expires)
        return x.link(name, **parameters, token=token)


def _token(x: Exchange[Any]) -> str:
    # Who may see a page is decided before its query is read.
    in_query = dict(parse_query(x.request.query)).get("token")
    return in_query or x.request.header(signature.NAME.lower()) or ""


@dataclass(frozen=True)
class TracesResource(_Page[None]):
    """The last traces, the newest first."""

    links_to: ClassVar[tuple[str, ...]] = ("trace",)

    def handle_ok(self, x: Exchange[None]) -> object:
        """The page."""
        from .html import list_page

        traces = self.traces.last()
        links = {each.id: self._link(x, "trace", trace_id=each.id) for each in traces}
        return list_page(traces, links, home=f"{x.request.root}/")


@dataclass(frozen=True)
class TraceResource(_Page[Trace]):
    """One request: its way through the graph, node by node."""

    trace_id = PathParameter(str)
    links_to: ClassVar[tuple[str, ...]] = ("traces",)

    def exists(self, x: Exchange[Trace]) -> Trace | None:
        """The trace, while it is among the last."""
        return self.traces.by_id(self.trace_id(x))

    def handle_ok(self, x: Exchange[Trace]) -> object:
        """The page."""
        from .html import trace_page

        return trace_page(x.entity, self._link(x, "traces"), home=f"{x.request.root}/")


def trace_mount(traces: Traces, key: TraceKey | None) -> Mount:
    """The pages at `/trace`.

    Args:
        traces: what they show.
        key: who may see them signs with it; None shows them to everybody.
    """
    return Mount(
        "",
        (
            Endpoint("traces", PATH, TracesResource(traces, key)),
            Endpoint("trace", f"{PATH}/{{trace_id}}", TraceResource(traces, key)),
        ),
    )
