"""Operators: who may see what tells of the service itself, such as its metrics and its traces.

Others get a 403 that says how to become one. A 404 would hide nothing, since everybody can read that these paths
exist; and the operator who is locked out by a proxy would look for the mistake in the wrong place.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ogrom.http import Endpoint, Mount, Problem, Request, Response
from ogrom.http.flask import WsgiRequest
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.response import refusal
from ogrom.server import is_within

from .paths import HEALTH
from .readers import Network
from .secret import Secret

METRICS = "/metrics"


@dataclass(frozen=True)
class Operators:
    """Who is one.

    Attributes:
        networks: where they are.
        token: what they may send as a bearer token from anywhere; None where there is none.
    """

    networks: tuple[Network, ...] = ()
    token: Secret | None = None

    def refused(self, request: Request) -> Problem | None:
        """Why the request is not an operator's; None if it is.

        Args:
            request: received by the server, which knows the client's address: behind a trusted proxy it is the
                one that the proxy says.
        """
        address = request.environ.get("REMOTE_ADDR", "") if isinstance(request, WsgiRequest) else ""
        if is_within(address, self.networks) or self._is_token(request.header("authorization") or ""):
            return None
        token = ", or send OGROM_OPERATOR_TOKEN as a bearer token" if self.token else ""
        return Problem(
            f"This is for operators, and you come from {address or 'nowhere'}. Ask from an address in "
            f"OGROM_OPERATORS{token}; behind a proxy, let OGROM_TRUSTED_PROXY name it.",
            headers={"Cache-Control": "no-store"},
        )

    def exempt(self, request: WsgiRequest) -> bool:
        """Whether a request is not counted: a balancer's for health, an operator's for metrics."""
        path: str = request.environ.get("PATH_INFO", "")
        return path.startswith(HEALTH) or (path == METRICS and self.refused(request) is None)

    def _is_token(self, said: str) -> bool:
        scheme, _, token = said.partition(" ")
        return (
            self.token is not None
            and scheme.lower() == "bearer"
            and hmac.compare_digest(token.strip().encode(), self.token.text.encode())
        )


@dataclass(frozen=True)
class ForOperators(Mount):
    """A mount for operators only, and in another form for those who are let in some other way.

    Attributes:
        operators: get what is mounted.
        others: decides the requests of everybody else to the same endpoints; None where they are refused.
    """

    operators: Operators
    others: Mount | None = None

    def respond(
        self, endpoint: Endpoint, request: Request, *, context: Any, arguments: Mapping[str, object]
    ) -> Response:
        """Decide a request as the mount does which is for whoever asks."""
        problem = self.operators.refused(request)
        if problem is None:
            return super().respond(endpoint, request, context=context, arguments=arguments)
        if self.others is None:
            return refusal(problem, 403, request, BROWSABLE_RENDERERS)
        same = next(each for each in self.others.endpoints if each.name == endpoint.name)
        return self.others.respond(same, request, context=context, arguments=arguments)
