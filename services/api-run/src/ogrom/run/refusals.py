"""Refusals: what the server does not let come to the application, said in the same words and forms."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from ogrom.http import Problem
from ogrom.http.flask import WsgiRequest
from ogrom.http.problem import phrase
from ogrom.http.reply import refusal

REFUSED = "ogrom.refused"
"""Where the WSGI environment has the reason for which the server refuses the request."""

Wsgi: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_SECONDS = "1"
_STATUS = 503


def refusing(app: Wsgi) -> Wsgi:
    """The application, which answers what the server refuses with a 503 and asks nobody else."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        reason = environ.get(REFUSED)
        if reason is None:
            return app(environ, start_response)
        request = WsgiRequest(environ)
        said = refusal(Problem(reason, headers={"Retry-After": _SECONDS}), _STATUS, request)
        start_response(f"{_STATUS} {phrase(_STATUS)}", [*said.headers.items(), ("X-Request-Id", request.id)])
        return [said.content]

    return answer
