"""Traces: the path of a request through the graph, for people."""

from .header import TraceKey
from .record import SourceCall, Trace, Traces, Visit
from .tracer import Tracer

__all__ = ["SourceCall", "Trace", "TraceKey", "Tracer", "Traces", "Visit"]
