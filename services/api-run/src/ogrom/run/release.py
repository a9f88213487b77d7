"""The release that a response comes from, said in a header field."""

from collections.abc import Iterable
from typing import Any

from .served import Environ, StartResponse, WsgiApp

FIELD = "Ogrom-Release"


def released(app: WsgiApp, release: str) -> WsgiApp:
    """The application, its release said in each response.

    Args:
        app: a WSGI application.
        release: what is deployed; empty where nobody says, and then no response does.
    """
    if not release:
        return app

    def saying(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [*headers, (FIELD, release)], *exc_info)

        return app(environ, start)

    return saying
