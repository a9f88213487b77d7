"""Telemetry: every request belongs to a trace, which goes on in the sources; and, if wanted, has a span of its own.

Spans need the extra `telemetry`, and OTEL_EXPORTER_OTLP_ENDPOINT to say where they go. Without either we import
nothing of OpenTelemetry.
"""

import logging
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ogrom.http import Mount

from .exporting import ENDPOINTS, spans_are_wanted
from .served import Served
from .traceparent import TRACEPARENT, new_trace, parsed
from .tracestate import TRACESTATE, passed_on

if TYPE_CHECKING:
    from .spans import Spans

log = logging.getLogger("ogrom.run")

Routes = Mapping[tuple[str, str], str]

# Seconds for what is left when a process ends; a collector that does not answer shall not hold it up.
_PATIENCE = 2.0


class Telemetry:
    """Says in the WSGI environment which trace a request belongs to; owns what exports spans."""

    def __init__(self, routes: Routes, version: str, release: str) -> None:
        """Export nothing yet: its thread would not live on in a process that is forked.

        Args:
            routes: the path of each endpoint with its variables, by the names of mount and endpoint.
            version: of this service.
            release: what is deployed; may be empty.
        """
        self._routes = routes
        self._version = release or version
        self._spans: Spans | None = None

    def start(self) -> None:
        """Export spans from now on, where somebody wants them; to be called in the process that serves."""
        if not spans_are_wanted(os.environ):
            return
        try:
            from .spans import Spans
        except ImportError:
            log.warning(
                "%s is set, but OpenTelemetry is not installed, so no span is sent; "
                "install ogrom-api-run[telemetry], or unset the variable",
                ENDPOINTS[0],
            )
            return
        self._spans = Spans(self._routes, self._version)

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
