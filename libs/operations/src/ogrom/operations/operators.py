"""Operators: who may see the metrics and traces of a service.

Others get a 403 that says how to become one. A 404 would hide nothing, since everybody can read that these paths
exist; and the operator who is locked out by a proxy would look for the mistake in the wrong place.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ogrom.http import Endpoint, Mount, Problem, Request, Response
from ogrom.http.flask import WsgiRequest
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.response import refusal
from ogrom.http.trace import TraceKey, Tracer, Traces
from ogrom.http.trace.pages import trace_mount
from ogrom.server import is_within

from .access.credentials import bearer_token
from .problems import OPERATORS_ONLY
from .requests import is_warm_up
from .secrets import Secret
from .serving import HEALTH, METRICS
from .settings import Network, ServiceSettings


@dataclass(frozen=True)
class Operators:
    """Tells who is an operator.

    Attributes:
        networks: their addresses.
        token: what they may send as a bearer token from anywhere; None where there is none.
        prefix: of the variables that set these, for messages.
    """

    networks: tuple[Network, ...] = ()
    token: Secret | None = None
    prefix: str = "OGROM_"

    def refused(self, request: Request) -> Problem | None:
        """Why the request is not an operator's; None if it is.

        Args:
            request: received by the server, which knows the client's address: behind a trusted proxy it is the
                one that the proxy says.
        """
        address = request.environ.get("REMOTE_ADDR", "") if isinstance(request, WsgiRequest) else ""
        if is_within(address, self.networks) or self._is_token(request.header("authorization") or ""):
            return None
        token = f", or send {self.prefix}OPERATOR_TOKEN as a bearer token" if self.token else ""
        return Problem(
            f"Only operators may see this, and your address ({address or 'unknown'}) is not one of theirs. "
            f"Connect from one in {self.prefix}OPERATORS{token}; behind a proxy, set {self.prefix}TRUSTED_PROXY "
            "to its address.",
            type=OPERATORS_ONLY,
            headers={"Cache-Control": "no-store"},
        )

    def exempt(self, request: WsgiRequest) -> bool:
        """Whether a request is never counted: a balancer's for health, an operator's for metrics."""
        path: str = request.environ.get("PATH_INFO", "")
        return path.startswith(HEALTH) or (path == METRICS and self.refused(request) is None)

    def _is_token(self, field: str) -> bool:
        said = bearer_token(field)
        return (
            self.token is not None
            and said is not None
            and hmac.compare_digest(said.encode(), self.token.text.encode())
        )


@dataclass(frozen=True)
class ForOperators(Mount):
    """A mount for operators; others may be served by another mount, or are refused.

    Attributes:
        operators: are served by this mount.
        others: serves everybody else, at the same endpoints; None to refuse them.
    """

    operators: Operators
    others: Mount | None = None

    def respond(
        self, endpoint: Endpoint, request: Request, *, context: Any, arguments: Mapping[str, object]
    ) -> Response:
        """Answer a request by the mount that serves its sender."""
        problem = self.operators.refused(request)
        if problem is None:
            return super().respond(endpoint, request, context=context, arguments=arguments)
        if self.others is None:
            return refusal(problem, 403, request, BROWSABLE_RENDERERS)
        same = next(each for each in self.others.endpoints if each.name == endpoint.name)
        return self.others.respond(same, request, context=context, arguments=arguments)


@dataclass(frozen=True)
class _Tracer(Tracer):
    """Traces no request of the warm-up, so that the last traces are those of clients."""

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


def tracer_of(settings: ServiceSettings) -> Tracer | None:
    """The tracer; None if neither every request nor signed ones are traced."""
    key = TraceKey(settings.trace_key.text) if settings.trace_key else None
    return _Tracer(Traces(), everything=settings.trace, key=key) if settings.trace or key else None


def trace_pages(tracer: Tracer | None, operators: Operators) -> Mount | None:
    """The pages that show the traces, to operators and, if there is a key, to those who sign their requests.

    Args:
        tracer: None if nothing is traced; then there are no pages.
        operators: need no signature.
    """
    if tracer is None:
        return None
    pages = trace_mount(tracer.traces, None)
    signed = None if tracer.key is None else trace_mount(tracer.traces, tracer.key)
    return ForOperators(pages.prefix, pages.endpoints, operators, signed)
