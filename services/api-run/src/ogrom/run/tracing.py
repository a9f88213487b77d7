"""Tracing: what is traced by these settings, and what is put between the parts for it; else nothing is."""

from dataclasses import fields, replace

from ogrom.core import Sources
from ogrom.http import Mount
from ogrom.http.trace import TraceKey, Tracer, Traces
from ogrom.http.trace.calls import recorded
from ogrom.http.trace.pages import trace_mount

from .settings import Settings


def tracer_of(settings: Settings) -> Tracer | None:
    """The tracer; None where neither every request nor signed ones are traced."""
    key = TraceKey(settings.trace_key.text) if settings.trace_key else None
    return Tracer(Traces(), everything=settings.trace, key=key) if settings.trace or key else None


def traced(sources: Sources, tracer: Tracer | None) -> Sources:
    """The sources, with their calls recorded where there is a tracer."""
    if tracer is None:
        return sources
    names = [each.name for each in fields(sources)]
    return replace(sources, **{name: recorded(getattr(sources, name), name) for name in names})


def trace_pages(tracer: Tracer | None) -> Mount | None:
    """The pages that show the traces; None where there is no tracer."""
    return None if tracer is None else trace_mount(tracer.traces, tracer.key)
