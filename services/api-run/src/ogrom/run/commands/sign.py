"""`ogrom-api token` and `ogrom-api trace-header`: what is signed with the keys of a service."""

import time

import click

from ogrom.http.trace.header import TRACE_REQUEST, TraceKey
from ogrom.operations.access.tokens import issue_token
from ogrom.operations.command_line import Failure

from ..settings import Settings


def print_token(settings: Settings, *, user_id: int, scopes: tuple[str, ...], seconds: int) -> None:
    """Print a token to write with, and nothing else, so that it can stand in a command: `$(ogrom-api token ...)`.

    Raises:
        Failure: there is no key to sign with.
    """
    if settings.token_key is None:
        raise Failure("token: there is no key to sign with; set OGROM_TOKEN_KEY to that of the service")
    click.echo(
        issue_token(
            settings.token_key.text,
            user_id=user_id,
            scopes=scopes,
            seconds=seconds,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
        )
    )


def print_trace_header(settings: Settings, method: str, target: str, *, seconds: int) -> None:
    """Print the header field, name and value, that has one request traced in production.

    Raises:
        Failure: there is no key to sign with.
    """
    if settings.trace_key is None:
        raise Failure(
            "trace-header: there is no key to sign with; set OGROM_TRACE_KEY to that of the service"
        )
    expires = int(time.time()) + seconds
    click.echo(f"{TRACE_REQUEST}: {TraceKey(settings.trace_key.text).sign(method, target, expires=expires)}")
