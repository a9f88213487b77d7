"""Tracing: the trace that each request belongs to (W3C Trace Context), and its span, if wanted.

Sources are told of the trace, so that it goes on in the services behind.

Spans need the extra `telemetry`, and OTEL_EXPORTER_OTLP_ENDPOINT to say where they go. Without either, nothing of
OpenTelemetry is imported.
"""

import logging
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ogrom.http import Mount
from ogrom.http.flask import new_id

from .imports import SPAN_ENDPOINTS, exports_spans
from .requests import Environ, Served

if TYPE_CHECKING:
    from .spans import Spans

log = logging.getLogger("ogrom.operations")

Routes: TypeAlias = Mapping[tuple[str, str], str]
"""The path of each endpoint with its variables, by the names of mount and endpoint."""

TRACEPARENT: Final = "ogrom.traceparent"
"""The traceparent of our own span of the request, in its WSGI environment."""

TRACESTATE: Final = "ogrom.tracestate"
"""What is passed on to the services behind, in the WSGI environment; missing where the trace begins with us."""

MAX_TRACESTATE: Final = 512
"""How many characters of a tracestate are passed on."""

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_LONG_MEMBER = 128
_PRINTABLE = re.compile(r"[\t\x20-\x7e]*")

# Seconds to export what is left when a process ends; a collector that does not answer must not hold it up.
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Traceparent:
    """A span of a trace.

    Attributes:
        trace_id: 32 hex digits, the same in every service that the request comes to.
        span_id: 16 hex digits: the caller's part of the trace, or ours.
        flags: 2 hex digits; `01` says that it was recorded.
    """

    trace_id: str
    span_id: str
    flags: str = "00"

    def child(self) -> "Traceparent":
        """A span of our own in the same trace, recorded or not as the caller's."""
        return Traceparent(self.trace_id, new_id(), self.flags)

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def new_trace() -> str:
    """The traceparent of a span that begins a trace, and is not recorded."""
    return f"00-{new_id()}{new_id()}-{new_id()}-00"


def parsed(field: str) -> Traceparent | None:
    """The caller's span; None where the field is not valid, as if it had not been sent.

    Of a version that we do not know the parts are read that every version has (3.2.4).

    Args:
        field: the value of the header field `traceparent`.
    """
    found = _TRACEPARENT.fullmatch(field)
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not (int(trace_id, 16) and int(span_id, 16)):
        return None
    # Of the flags of another version only `sampled` is known to mean the same.
    return Traceparent(trace_id, span_id, flags if version == "00" else f"{int(flags, 16) & 1:02x}")


def trace_id_of(environ: Environ) -> str:
    """The id of the trace that a request belongs to; empty if it is not known yet."""
    ours: str = environ.get(TRACEPARENT, "")
    return ours[3:35]


def passed_on(field: str) -> str:
    """What goes on of the field: all of it as it is, where it is not too long.

    Of one that is, whole members go: first those of more than 128 characters, then the last ones, which are the oldest.
    Nothing goes on of what no header field may hold.

    Args:
        field: the value of `tracestate`, of several such fields joined by commas; it may be empty.
    """
    if not _PRINTABLE.fullmatch(field):
        return ""
    if len(field) <= MAX_TRACESTATE:
        return field.strip()
    members = [each for each in field.split(",") if len(each.strip()) <= _LONG_MEMBER]
    while members and len(",".join(members)) > MAX_TRACESTATE:
        members.pop()
    return ",".join(members).strip()


class Telemetry:
    """Says in the WSGI environment which trace a request belongs to; owns what exports spans."""

    def __init__(self, routes: Routes, version: str, release: str, name: str = "ogrom") -> None:
        """Export nothing yet: its thread would not live on in a process that is forked.

        Args:
            routes: the path of each endpoint with its variables, by the names of mount and endpoint.
            version: of this service.
            release: what is deployed; may be empty.
            name: of this service, for its spans.
        """
        self._name = name
        self._routes = routes
        self._version = release or version
        self._spans: Spans | None = None

    def start(self) -> None:
        """Export spans from now on, if the environment says where to; call it in the process that serves."""
        if not exports_spans(os.environ):
            return
        try:
            from .spans import Spans
        except ImportError:
            log.warning(
                "%s is set, but OpenTelemetry is not installed, so no spans are sent; "
                "install ogrom-operations[telemetry], or unset the variable",
                SPAN_ENDPOINTS[0],
            )
            return
        self._spans = Spans(self._routes, self._name, self._version)

    def stop(self) -> None:
        """Export what is left, within two seconds; then it is given up."""
        spans, self._spans = self._spans, None
        if spans is not None:
            ending = threading.Thread(target=spans.shut_down, daemon=True)
            ending.start()
            ending.join(_PATIENCE)
            if ending.is_alive():
                spans.give_up()

    def begin(self, served: Served) -> None:
        """Go on with the caller's trace, or begin one."""
        environ = served.environ
        field = environ.get("HTTP_TRACEPARENT")
        parent = None if field is None else parsed(field)
        if self._spans is not None:
            environ[TRACEPARENT] = str(self._spans.begin(served, parent))
        else:
            environ[TRACEPARENT] = new_trace() if parent is None else str(parent.child())
        if parent is not None:
            environ[TRACESTATE] = passed_on(environ.get("HTTP_TRACESTATE", ""))

    def end(self, served: Served) -> None:
        """End the request's span, if it has one."""
        if self._spans is not None:
            self._spans.end(served)


def routes_of(mounts: Mapping[str, Mount]) -> Routes:
    """The path of each endpoint with its variables, by the names of mount and endpoint.

    Args:
        mounts: by the name under which a mount answers.
    """
    return {
        (name, each.name): (mount.prefix + each.path)
        for name, mount in mounts.items()
        for each in mount.endpoints
    }
