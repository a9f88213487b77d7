"""Credentials: what a request says of who asks, noted in its environment before the graph decides on it.

A token that is wrong is refused by the graph, with a 401 that a trace shows, and only where credentials matter:
`/health` and `/metrics` have other ideas of who may see them.
"""

from collections.abc import Callable, MutableMapping
from typing import Any, TypeAlias

from ogrom.http import Problem
from ogrom.http.flask import Gate, WsgiRequest
from ogrom.protocols.context import Principal

from .errors import InvalidToken, KeysUnavailable

PRINCIPAL = "ogrom.principal"
"""Where the WSGI environment has the Principal of a token that holds; nothing stands there for anybody else."""

FAULT = "ogrom.credentials_fault"
"""Where it has the reason why a request's credentials are refused (`Context.credentials_fault`)."""

WITHHELD = "ogrom.content_withheld"
"""Where it says that content was not received, since nobody could tell yet whether the credentials hold."""

NO_KEY = "This service takes no writes, since it has no key to verify tokens with"

READS = ("GET", "HEAD", "OPTIONS")

ReadToken: TypeAlias = Callable[[str], Principal]
"""Tells whom a token stands for, or raises InvalidToken or KeysUnavailable."""

_SCHEME = "bearer "
_RETRY_AFTER = "2"


def note(environ: MutableMapping[str, Any], read_token: ReadToken | None) -> None:
    """Note in the environment who asks, or what is wrong with how they say it.

    Args:
        environ: of a request.
        read_token: None where there is no key.

    Raises:
        KeysUnavailable: nobody can tell at the moment, and a write has to know.
    """
    if PRINCIPAL in environ or FAULT in environ:
        return
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


def _unavailable() -> Problem:
    return Problem(
        f"The keys that tokens are verified with are being fetched; try again in {_RETRY_AFTER} seconds.",
        status=503,
        headers={"Retry-After": _RETRY_AFTER},
    )


def authenticating(read_token: ReadToken | None) -> Gate:
    """The gate at which it is noted who asks."""

    def gate(request: WsgiRequest, _: str | None) -> Problem | None:
        try:
            note(request.environ, read_token)
        except KeysUnavailable:
            return _unavailable()
        # By now they may hold; but what was to be written is not here.
        return _unavailable() if WITHHELD in request.environ and PRINCIPAL in request.environ else None

    return gate
