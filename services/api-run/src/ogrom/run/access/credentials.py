"""Credentials: what a request says of who asks, noted in its environment before the graph decides on it.

A token that is wrong is refused by the graph, with a 401 that a trace shows, and only where credentials matter:
`/health` and `/metrics` have other ideas of who may see them.
"""

from collections.abc import Callable, MutableMapping
from typing import Any, TypeAlias

import flask

from ogrom.http import Problem
from ogrom.http.flask import problem_response
from ogrom.protocols.context import Principal

from .errors import InvalidToken, KeysUnavailable

PRINCIPAL = "ogrom.principal"
"""Where the WSGI environment has the Principal of a token that holds; nothing stands there for anybody else."""

FAULT = "ogrom.credentials_fault"
"""Where it has the reason why a request's credentials are refused (`Context.credentials_fault`)."""

NO_KEY = "This service takes no writes, since it has no key to verify tokens with"

READS = ("GET", "HEAD", "OPTIONS")

ReadToken: TypeAlias = Callable[[str], Principal]
"""Tells whom a token stands for, or raises InvalidToken or KeysUnavailable."""

_SCHEME = "bearer "
_RETRY_AFTER = "10"


def note(environ: MutableMapping[str, Any], read_token: ReadToken | None) -> None:
    """Note in the environment who asks, or what is wrong with how they say it.

    Args:
        environ: of a request.
        read_token: None where there is no key.

    Raises:
        KeysUnavailable: nobody can tell at the moment, and a write has to know.
    """
    is_read = environ["REQUEST_METHOD"] in READS
    if read_token is None:
        if not is_read:
            environ[FAULT] = NO_KEY
        return
    field: str = environ.get("HTTP_AUTHORIZATION", "")
    if field[: len(_SCHEME)].lower() != _SCHEME:  # another scheme is a proxy's affair
        return
    try:
        environ[PRINCIPAL] = read_token(field[len(_SCHEME) :].strip())
    except InvalidToken as invalid:
        environ[FAULT] = str(invalid)
    except KeysUnavailable:
        if not is_read:
            raise


def install(app: flask.Flask, read_token: ReadToken | None) -> None:
    """Have it noted for every request of the application."""

    def authenticate() -> flask.Response | None:
        try:
            note(flask.request.environ, read_token)
        except KeysUnavailable:
            detail = (
                f"The keys that tokens are verified with cannot be had; try again in {_RETRY_AFTER} seconds."
            )
            return problem_response(Problem(detail, headers={"Retry-After": _RETRY_AFTER}), 503)
        return None

    app.before_request(authenticate)
