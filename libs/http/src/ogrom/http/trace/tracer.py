"""The tracer: which requests are traced, and where their traces are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..exchange import Request
from ..response import Response
from ..routing import Endpoint, Mount
from .header import TRACE, TRACE_REQUEST, TraceKey, trace_value
from .record import PATH, Traces
from .recording import Recording, TracedExchange


@dataclass(frozen=True)
class Tracer:
    """Answers the requests to mounts, and traces some of them.

    Attributes:
        traces: keeps the traces.
        everything: whether every request is traced.
        key: signed requests are traced in any case; None if requests cannot be signed.
    """

    traces: Traces
    everything: bool = False
    key: TraceKey | None = None

    def respond(
        self,
        mount: Mount,
        endpoint: Endpoint,
        request: Request,
        *,
        context: Any,
        arguments: Mapping[str, object],
    ) -> Response:
        """Decide a request as `Mount.respond` does; the response to a traced one has the field `Ogrom-Trace`."""
        if not (self.everything or self.is_signed(request)):
            return mount.respond(endpoint, request, context=context, arguments=arguments)
        name, recording = endpoint.name, Recording()
        # With a key, only those who sign for the page can see it.
        page = f"{request.root}{PATH}/{recording.id}" if self.key is None else ""
        x = TracedExchange(
            request,
            endpoint=name,
            context=context,
            arguments=arguments,
            links=mount.links[name],
            fingerprint=mount.fingerprints[name],
            trace_page=page,
        )
        response, trace = recording.respond(endpoint.resource, x)
        self.traces.add(trace)
        # A trace is for this client only, so no cache may store it.
        fields = {"Cache-Control": "no-store", TRACE: trace_value(trace)}
        return replace(response, headers={**response.headers, **fields})

    def is_signed(self, request: Request) -> bool:
        """Whether the request has a valid signature."""
        if self.key is None:
            return False
        token = request.header(TRACE_REQUEST.lower())
        return token is not None and self.key.verifies(token, request.method, request.target)
