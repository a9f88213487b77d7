"""Tracing: what is traced by these settings, and where it is shown; without them, nothing is."""

from ogrom.http import Mount
from ogrom.http.trace import TraceKey, Tracer, Traces
from ogrom.http.trace.pages import trace_mount

from .settings import Settings


def tracer_of(settings: Settings) -> Tracer | None:
    """The tracer; None where neither every request nor signed ones are traced."""
    key = TraceKey(settings.trace_key.text) if settings.trace_key else None
    return Tracer(Traces(), everything=settings.trace, key=key) if settings.trace or key else None


def trace_pages(tracer: Tracer | None) -> Mount | None:
    """The pages that show the traces; None where there is no tracer."""
    return None if tracer is None else trace_mount(tracer.traces, tracer.key)
