"""Refusals: what the server does not let come to the application, said in the same words and forms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ogrom.http import Problem
from ogrom.http.flask import WsgiRequest
from ogrom.http.problem import phrase
from ogrom.http.reply import refusal

REFUSED = "ogrom.refused"
"""Where the WSGI environment has the `Refusal` of a request that the server refuses."""

Wsgi: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# When to come again, in seconds.
_SOON = "1"


@dataclass(frozen=True)
class Refusal:
    """Why the server does not let a request come to the application, and with which status."""

    reason: str
    status: int = 503


def refusing(app: Wsgi) -> Wsgi:
    """The application, which answers what the server refuses and asks nobody else."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        refused: Refusal | None = environ.get(REFUSED)
        if refused is None:
            return app(environ, start_response)
        request, status = WsgiRequest(environ), refused.status
        headers = {"Retry-After": _SOON} if status == 503 else {}
        said = refusal(Problem(refused.reason, headers=headers), status, request)
        start_response(f"{status} {phrase(status)}", [*said.headers.items(), ("X-Request-Id", request.id)])
        return [said.content]

    return answer
