"""`ogrom-api serve`: from settings to processes that answer."""

import os

from ogrom.operations import serving
from ogrom.operations.imports import exports_spans
from ogrom.operations.logs import configure_structlog
from ogrom.operations.serving import Program

from ..options import options_of
from ..settings import Settings


def serve(settings: Settings) -> int:
    """Serve until a signal says stop.

    Returns:
        The exit code: 1 if requests were cut.

    Raises:
        Failure: the address or the database cannot be used.
    """
    if settings.database_url.is_service:
        configure_structlog()  # stamina uses it, which calls of a service go by
    return serving.serve(settings, program(settings), options_of(settings))


def program(settings: Settings) -> Program:
    """What is served."""
    return Program(
        hosted="ogrom.run.hosting:hosted",
        prepare="ogrom.run.hosting:prepare",
        imports=() if settings.token_key is None else ("ogrom.operations.access.tokens",),
        shared_imports=(
            "ogrom.http.html",
        ),  # each would compile its templates for itself, for its first page
        unused=unused(settings),
    )


def unused(settings: Settings) -> frozenset[str]:
    """What libraries import where it is installed, though a service with these settings never uses it."""
    names = {"pydantic", "pydantic_settings", "yaml"}  # dependency_injector reads files of settings with them
    if settings.token_jwks is None:
        names.add("cryptography")  # PyJWT verifies signatures by public keys with it
    if not exports_spans(os.environ):
        names.add("opentelemetry")  # mysql.connector passes spans on with it
    return frozenset(names)
