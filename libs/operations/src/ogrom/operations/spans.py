"""Spans: each request as OpenTelemetry tells of it, sent to a collector in batches.

The names are those of its semantic conventions for HTTP servers, version 1.
"""

import time
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)

from ogrom import http
from ogrom.http.flask import ANSWERED

from .requests import Environ, Served
from .requests_log import shown_path
from .tracing import Routes, Traceparent

# Where a request keeps its span, for ourselves only.
_SPAN = "ogrom.operations.span"


class Spans:
    """Owns the thread that exports, from the moment it is made; make it in the process that serves."""

    def __init__(self, routes: Routes, name: str, version: str) -> None:
        """Export to where the variables OTEL_... say, as a service of this name and version."""
        self._routes = routes
        named = Resource.create({"service.name": name, "service.version": version})
        # What the operator says of the service goes before what we do.
        resource = named.merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._exporter = OTLPSpanExporter()
        self._provider.add_span_processor(BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("ogrom.operations", version)

    def shut_down(self) -> None:
        """Export what is left."""
        self._provider.shutdown()

    def give_up(self) -> None:
        """Try no more to export what is left; may be called while another thread shuts down."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def begin(self, served: Served, parent: Traceparent | None) -> Traceparent:
        """Begin the request's span, at its arrival, below the caller's."""
        environ = served.environ
        waited = time.monotonic() - served.arrived
        span = self._tracer.start_span(
            _known_method(environ) or "HTTP",
            context=None if parent is None else _remote(parent, environ.get("HTTP_TRACESTATE")),
            kind=SpanKind.SERVER,
            attributes=_asked(environ),
            start_time=time.time_ns() - int(waited * 1e9),
        )
        environ[_SPAN] = span
        made = span.get_span_context()
        return Traceparent(
            f"{made.trace_id:032x}", f"{made.span_id:016x}", f"{int(made.trace_flags) & 0xFF:02x}"
        )

    def end(self, served: Served) -> None:
        """End the span, with what became of the request."""
        span: Span | None = served.environ.pop(_SPAN, None)
        if span is None:
            return
        if span.is_recording():
            self._tell(span, served)
        span.end()

    def _tell(self, span: Span, served: Served) -> None:
        span.set_attribute("http.response.status_code", served.status)
        answered = served.environ.get(ANSWERED)
        if answered is not None:
            mount, endpoint, handler = answered
            route = self._routes.get((mount, endpoint), endpoint)
            span.update_name(f"{_known_method(served.environ) or 'HTTP'} {route}")
            span.set_attributes({"http.route": route, "ogrom.decision": handler})
        if served.status >= 500:
            error = type(served.error).__name__ if served.error else str(served.status)
            span.set_attribute("error.type", error)
            span.set_status(Status(StatusCode.ERROR))


def _remote(parent: Traceparent, state: str | None) -> Any:
    return set_span_in_context(
        NonRecordingSpan(
            SpanContext(
                int(parent.trace_id, 16),
                int(parent.span_id, 16),
                is_remote=True,
                trace_flags=TraceFlags(int(parent.flags, 16)),
                trace_state=TraceState.from_header([state]) if state else None,
            )
        )
    )


def _known_method(environ: Environ) -> str:
    """The request's method; empty if HTTP knows none of that name."""
    method: str = environ["REQUEST_METHOD"]
    return method if method in http.Resource.known_methods else ""


def _asked(environ: Environ) -> dict[str, str | int]:
    """What the request is, as far as it says so."""
    method = _known_method(environ)
    path, _, query = shown_path(environ).partition("?")
    host, _, port = environ.get("HTTP_HOST", "").rpartition(":")
    host, port = (host, port) if host and port.isdecimal() else (environ.get("HTTP_HOST", ""), "")
    said = {
        "http.request.method": method or "_OTHER",
        "http.request.method_original": "" if method else environ["REQUEST_METHOD"][:100],
        "url.scheme": environ.get("wsgi.url_scheme", ""),
        "url.path": path,
        "url.query": query,
        "server.address": host,
        "client.address": environ.get("REMOTE_ADDR", ""),
        "network.protocol.version": environ.get("SERVER_PROTOCOL", "").removeprefix("HTTP/"),
        "user_agent.original": environ.get("HTTP_USER_AGENT", "")[:400],
    }
    numbers = {"server.port": int(port)} if port and len(port) < 6 else {}
    return {name: value for name, value in said.items() if value} | numbers
