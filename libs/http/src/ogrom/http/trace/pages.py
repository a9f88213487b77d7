"""The pages that show traces: a list of the last ones, and one with its path through the graph.

They are resources like any other, are not traced themselves and need no script. If there is a key, a request for one
must be signed, like a request to be traced, or have the same token as `?token=`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from ..exchange import E, Exchange
from ..html import BROWSABLE_RENDERERS, WRITTEN
from ..nodes import Answer
from ..parameters import PathParameter, QueryParameters, parse_query
from ..problem import Problem, refuses
from ..problems import SIGNATURE_REQUIRED
from ..renderers import Renderer
from ..resource import Resource
from ..routing import Endpoint, Mount
from .header import TRACE_REQUEST, TraceKey
from .record import PATH, Trace, Traces

__all__ = ["trace_mount"]


class Token(msgspec.Struct, frozen=True):
    """The query of a page.

    Attributes:
        token: the value of `Ogrom-Trace-Request`, for browsers.
    """

    token: str | None = None


@dataclass(frozen=True)
class _Page(Resource[E]):
    """What both pages share: who may see them, and how."""

    traces: Traces
    key: TraceKey | None
    query = QueryParameters(Token)
    renderers: ClassVar[tuple[Renderer, ...]] = (WRITTEN,)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    @refuses(SIGNATURE_REQUIRED)
    def allowed(self, x: Exchange[E]) -> Answer:
        """Whether the request is signed, or need not be."""
        path = x.request.target.partition("?")[0]
        if self.key is None or self.key.verifies(_token(x), "GET", path):
            return True
        return Problem(
            f"Sign the request: `ogrom-api trace-header GET {path}` says how.", type=SIGNATURE_REQUIRED
        )

    def headers(self, x: Exchange[E]) -> Mapping[str, str]:
        """The page is not stored, framed or scripted."""
        from .html import HEADERS

        return HEADERS

    def _link(self, x: Exchange[Any], name: str, **parameters: object) -> str:
        """A link that is valid for as long as the one to this page."""
        if self.key is None:
            return x.link(name, **parameters)
        expires = int(_token(x).partition(".")[0])
        token = self.key.sign("GET", x.link(name, **parameters), expires=expires)
        return x.link(name, **parameters, token=token)


def _token(x: Exchange[Any]) -> str:
    # The query is decoded only after `allowed`.
    in_query = dict(parse_query(x.request.query)).get("token")
    return in_query or x.request.header(TRACE_REQUEST.lower()) or ""


@dataclass(frozen=True)
class TracesResource(_Page[None]):
    """The last traces, the newest first."""

    links_to: ClassVar[tuple[str, ...]] = ("trace",)

    def handle_ok(self, x: Exchange[None]) -> object:
        from .html import list_page

        traces = self.traces.last()
        links = {each.id: self._link(x, "trace", trace_id=each.id) for each in traces}
        return list_page(traces, links, home=f"{x.request.root}/")


@dataclass(frozen=True)
class TraceResource(_Page[Trace]):
    """One request: its path through the graph, node by node."""

    trace_id = PathParameter(str)
    links_to: ClassVar[tuple[str, ...]] = ("traces",)

    def exists(self, x: Exchange[Trace]) -> Trace | None:
        """The trace, as long as it is among the last."""
        return self.traces.by_id(self.trace_id(x))

    def handle_ok(self, x: Exchange[Trace]) -> object:
        from .html import trace_page

        return trace_page(x.entity, self._link(x, "traces"), home=f"{x.request.root}/")


def trace_mount(traces: Traces, key: TraceKey | None) -> Mount:
    """The pages at `/trace`.

    Args:
        traces: what they show.
        key: requests for them must be signed with it; None shows them to everybody.
    """
    return Mount(
        "",
        (
            Endpoint("traces", PATH, TracesResource(traces, key)),
            Endpoint("trace", f"{PATH}/{{trace_id}}", TraceResource(traces, key)),
        ),
    )
