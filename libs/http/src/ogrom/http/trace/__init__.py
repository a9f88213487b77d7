"""Traces: the way of a request through the graph, for people."""

from .record import SourceCall, Trace, Visit
from .signature import TraceKey
from .tracer import Tracer
from .traces import Traces

__all__ = ["SourceCall", "Trace", "TraceKey", "Tracer", "Traces", "Visit"]
