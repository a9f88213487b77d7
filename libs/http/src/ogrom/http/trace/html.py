"""How trace pages are written; imported with the first one, since Jinja2 and the picture are heavy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from ..drawing.svg import style as graph_style, svg
from ..html.security import security_headers
from ..html.templating import ENVIRONMENT, digest, trusted
from .record import Trace, Visit

_STYLE: Final = trusted("trace.css") + Markup("\n") + graph_style()
HEADERS: Final = {"Cache-Control": "no-store", **security_headers({"style-src": digest(_STYLE)})}


def list_page(traces: tuple[Trace, ...], links: Mapping[str, str], *, home: str) -> str:
    """The page with the last traces, the newest first; `links` are to the page of each, by its id."""
    return _render("traces.html", traces=traces, links=links, home=home)


def trace_page(trace: Trace, back: str, *, home: str) -> str:
    """The page of one trace; `back` is the path of the list."""
    notes = {visit.name: _note(visit) for visit in trace.visits}
    return _render(
        "trace.html",
        trace=trace,
        back=back,
        home=home,
        graph=svg(trace.answers, notes, alone=False),
        rest=max(0.0, trace.microseconds - sum(visit.microseconds for visit in trace.visits)),
    )


def _note(visit: Visit) -> str:
    answer = "" if visit.answer is None else f"{visit.answer}, "
    return f"{answer}{visit.microseconds:.1f} µs\n{visit.found}".strip()


def _render(template: str, **values: object) -> str:
    return ENVIRONMENT.get_template(template).render(style=_STYLE, **values)
