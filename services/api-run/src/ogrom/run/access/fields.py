"""Fields: header fields that are added to each response, whoever in the application makes it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import flask

from ..served import Environ, StartResponse

Fields: TypeAlias = list[tuple[str, str]]

Addition: TypeAlias = Callable[[Environ, Fields], None]
"""Adds to the fields of the response to a request."""


def adding(app: flask.Flask, additions: Sequence[Addition]) -> None:
    """Have fields added to every response of the application.

    Args:
        app: the application.
        additions: what adds them, one after the other.
    """
    inner = app.wsgi_app

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: Fields, *exc_info: Any) -> Any:
            for add in additions:
                add(environ, headers)  # the list is the server's to change (PEP 3333)
            return start_response(status, headers, *exc_info)

        return inner(environ, start)

    app.wsgi_app = answer  # type: ignore[method-assign]  # Flask's own way
