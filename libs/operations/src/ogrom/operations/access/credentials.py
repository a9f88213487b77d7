"""Credentials: who sends a request, noted in its environment before the graph decides on it.

A token that is wrong is refused by the graph, with a 401 that a trace shows, and only where credentials matter: who
may see `/health` and `/metrics` is decided in another way.
"""

from collections.abc import Callable, MutableMapping
from typing import Any, Final, TypeAlias

from ogrom.http import Problem
from ogrom.http.flask import Application, Gate, WsgiRequest
from ogrom.protocols.context import CredentialsFault, Principal

from ..problems import KEYS_UNAVAILABLE
from ..serving import is_batch

PRINCIPAL: Final = "ogrom.principal"
"""The Principal of a valid token, in the WSGI environment of its request."""

FAULT: Final = "ogrom.credentials_fault"
"""Why the credentials of a request are refused (`Context.credentials_fault`)."""

FAULT_KIND: Final = "ogrom.credentials_fault_kind"
"""The same for programs (`Context.credentials_fault_kind`)."""

WITHHELD: Final = "ogrom.content_withheld"
"""Set where content was not received, since it was not known yet whether the credentials are valid."""

NO_KEY: Final = "This service accepts no writes, because it has no key to verify tokens with"

READS: Final = ("GET", "HEAD", "OPTIONS")

ReadToken: TypeAlias = Callable[[str], Principal]
"""Gives the principal of a token, or raises InvalidToken or KeysUnavailable."""


class InvalidToken(Exception):
    """The token does not say who asks; the message tells the client why."""

    kind: CredentialsFault = "invalid"


class ExpiredToken(InvalidToken):
    """The token was valid once."""

    kind: CredentialsFault = "expired"


class KeysUnavailable(Exception):
    """There are no keys to verify with at the moment; the log says why."""


_RETRY_AFTER = "2"


def bearer_token(field: str) -> str | None:
    """The token of an Authorization field (RFC 6750, 2.1); None where it has another scheme, as for a proxy."""
    scheme, space, token = field.partition(" ")
    return token.strip() if space and scheme.lower() == "bearer" else None


def note(environ: MutableMapping[str, Any], read_token: ReadToken | None) -> None:
    """Note in the environment who asks, or what is wrong with their credentials.

    Args:
        read_token: None where there is no key.

    Raises:
        KeysUnavailable: it cannot be told at the moment, and a write has to know.
    """
    if PRINCIPAL in environ or FAULT in environ:
        return
    is_read = environ["REQUEST_METHOD"] in READS or is_batch(environ)
    if read_token is None:
        if not is_read:
            environ[FAULT], environ[FAULT_KIND] = NO_KEY, "unverifiable"
        return
    token = bearer_token(environ.get("HTTP_AUTHORIZATION", ""))
    if token is None:
        return
    try:
        environ[PRINCIPAL] = read_token(token)
    except InvalidToken as invalid:
        environ[FAULT], environ[FAULT_KIND] = str(invalid), invalid.kind
    except KeysUnavailable:
        if not is_read:
            raise


def _unavailable() -> Problem:
    return Problem(
        f"The keys that verify tokens are being fetched; try again in {_RETRY_AFTER} seconds.",
        type=KEYS_UNAVAILABLE,
        headers={"Retry-After": _RETRY_AFTER},
    )


def authenticating(read_token: ReadToken | None) -> Gate:
    """A gate that notes who sends each request."""

    def gate(request: WsgiRequest, _: str | None) -> Problem | None:
        try:
            note(request.environ, read_token)
        except KeysUnavailable:
            return _unavailable()
        # By now they may be valid; but what was to be written is not here.
        return _unavailable() if WITHHELD in request.environ and PRINCIPAL in request.environ else None

    return gate


def content_limit(app: Application, read_token: ReadToken | None) -> Callable[[dict[str, Any]], int]:
    """What the server asks of each request with content: how many bytes it may have. It never waits.

    Args:
        app: knows what reads content, and how much of it.
        read_token: None where there is no key; then all writes are refused.
    """

    def limit(environ: dict[str, Any]) -> int:
        most = app.content_limit(environ)
        if most == 0 or environ["REQUEST_METHOD"] in READS or is_batch(environ):
            return most
        try:
            note(environ, read_token)
        except KeysUnavailable:
            environ[WITHHELD] = True
        return most if PRINCIPAL in environ else 0

    return limit
