"""How trace pages are written; imported with the first one, since Jinja2 and the picture are heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ..drawing.svg import style as graph_style, svg
from ..html.security import security_headers
from ..html.templating import ENVIRONMENT, digest, trusted
from .record import Trace, Visit

_STYLE: Final = trusted("trace.css") + Markup("\n") + graph_style()
HEADERS: Final = {"Cache-Control": "no-store", **security_headers({"style-src": digest(_STYLE)})}
_BAR = 120.0
"""The length of the longest bar, in pixels."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of the longest time, as a bar."""

    microseconds: float
    length: float


def list_page(traces: tuple[Trace, ...], links: Mapping[str, str], *, home: str) -> str:
    """The page with the last traces.

    Args:
        traces: the newest first.
        links: to the page of each, by id.
        home: the path of the service's first page.
    """
    bars = _bars([trace.microseconds for trace in traces])
    return _render("traces.html", rows=list(zip(traces, bars, strict=True)), links=links, home=home)


def trace_page(trace: Trace, back: str, *, home: str) -> str:
    """The page of one trace.

    Args:
        trace: what it shows.
        back: the path of the list.
        home: the path of the service's first page.
    """
    notes = {visit.name: _note(visit) for visit in trace.visits}
    return _render(
        "trace.html",
        trace=trace,
        back=back,
        home=home,
        graph=svg(trace.answers, notes, alone=False),
        visits=list(zip(trace.visits, _bars([visit.microseconds for visit in trace.visits]), strict=True)),
        calls=list(zip(trace.calls, _bars([call.microseconds for call in trace.calls]), strict=True)),
        rest=max(0.0, trace.microseconds - sum(visit.microseconds for visit in trace.visits)),
    )


def _note(visit: Visit) -> str:
    answer = "" if visit.answer is None else f"{visit.answer}, "
    return f"{answer}{visit.microseconds:.1f} µs\n{visit.found}".strip()


def _bars(times: list[float]) -> list[Bar]:
    longest = max(times, default=0.0) or 1.0
    return [Bar(time, round(_BAR * time / longest, 1)) for time in times]


def _render(template: str, **values: object) -> str:
    return ENVIRONMENT.get_template(template).render(style=_STYLE, **values)
