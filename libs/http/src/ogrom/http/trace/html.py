"""How the pages are written: Jinja2 escapes everything, and a strict policy forbids what would get through."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..drawing import svg
from ..drawing.svg import style as graph_style
from .record import Trace, Visit

_STYLE = (files("ogrom.http.trace") / "templates" / "page.css").read_text(encoding="utf-8") + graph_style()
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

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
        home: where the service begins.
    """
    bars = _bars([trace.microseconds for trace in traces])
    return _render("list.html.jinja", rows=list(zip(traces, bars, strict=True)), links=links, home=home)


def trace_page(trace: Trace, back: str, *, home: str) -> str:
    """The page of one trace.

    Args:
        trace: what it shows.
        back: where the last ones are.
        home: where the service begins.
    """
    notes = {visit.name: _note(visit) for visit in trace.visits}
    return _render(
        "trace.html.jinja",
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
    return _environment().get_template(template).render(style=_STYLE, **values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ogrom.http.trace"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
