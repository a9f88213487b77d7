"""Tracing: what is traced by these settings, and where it is shown; without them, nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ogrom.http import Endpoint, Mount, Request, Response
from ogrom.http.trace import TraceKey, Tracer, Traces
from ogrom.http.trace.pages import trace_mount

from .operators import ForOperators, Operators
from .settings import Settings
from .warmup import is_warm_up


@dataclass(frozen=True)
class _Tracer(Tracer):
    """Traces what others ask: the last traces are theirs."""

    def respond(
        self,
        mount: Mount,
        endpoint: Endpoint,
        request: Request,
        *,
        context: Any,
        arguments: Mapping[str, object],
    ) -> Response:
        answer = mount.respond if is_warm_up(request) else partial(super().respond, mount)
        return answer(endpoint, request, context=context, arguments=arguments)


def tracer_of(settings: Settings) -> Tracer | None:
    """The tracer; None where neither every request nor signed ones are traced."""
    key = TraceKey(settings.trace_key.text) if settings.trace_key else None
    return _Tracer(Traces(), everything=settings.trace, key=key) if settings.trace or key else None


def trace_pages(tracer: Tracer | None, operators: Operators) -> Mount | None:
    """The pages that show the traces, to operators and, where there is a key, to those who sign.

    Args:
        tracer: None where nothing is traced, and there are no pages.
        operators: need no signature.
    """
    if tracer is None:
        return None
    pages = trace_mount(tracer.traces, None)
    signed = None if tracer.key is None else trace_mount(tracer.traces, tracer.key)
    return ForOperators(pages.prefix, pages.endpoints, operators, signed)
