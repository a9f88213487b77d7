"""`ogrom-api trace-header`: the header field that has one request traced in production."""

import time

import click

from ogrom.http.trace.header import TRACE_REQUEST, TraceKey

from ..failures import Failure
from ..settings import Settings


def print_trace_header(settings: Settings, method: str, target: str, *, seconds: int) -> None:
    """Print the field, name and value.

    Raises:
        Failure: there is no key to sign with.
    """
    if settings.trace_key is None:
        raise Failure(
            "trace-header: there is no key to sign with; set OGROM_TRACE_KEY to that of the service"
        )
    expires = int(time.time()) + seconds
    click.echo(f"{TRACE_REQUEST}: {TraceKey(settings.trace_key.text).sign(method, target, expires=expires)}")
