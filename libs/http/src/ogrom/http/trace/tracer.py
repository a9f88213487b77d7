"""The tracer: which requests are traced, and what becomes of their traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..endpoint import Endpoint, Mount
from ..exchange import Request
from ..reply import Response
from . import field, signature
from .recording import Recording, TracedExchange
from .signature import TraceKey
from .traces import PATH, Traces


@dataclass(frozen=True)
class Tracer:
    """Answers the requests to mounts, and traces those that shall be traced.

    Attributes:
        traces: keeps them.
        everything: whether every request is traced.
        key: makes the signatures of those that are traced in any case; None where there are none.
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
        """Decide a request as `Mount.respond` does; a traced one has its path in the header `Ogrom-Trace`."""
        if not (self.everything or self.is_signed(request)):
            return mount.respond(endpoint, request, context=context, arguments=arguments)
        links = mount.links[endpoint.name]
        x = TracedExchange(request, context=context, arguments=arguments, links=links)
        recording = Recording()
        if self.key is None:  # with one, the page is for those only who sign for it
            recording.page = f"{request.root}{PATH}/{recording.id}"
        response, trace = recording.respond(endpoint.resource, x)
        self.traces.add(trace)
        # What a trace tells is for who asked: no cache shall tell it to others.
        told = {"Cache-Control": "no-store", field.NAME: field.field_value(trace)}
        return replace(response, headers={**response.headers, **told})

    def is_signed(self, request: Request) -> bool:
        """Whether the request bears a valid signature."""
        if self.key is None:
            return False
        token = request.header(signature.NAME.lower())
        return token is not None and self.key.verifies(token, request.method, request.target)
