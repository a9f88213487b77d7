"""The request log: one line for each request, once its response has been handed to the server."""

import logging
from typing import Any
from urllib.parse import unquote_plus

from ogrom.http.flask import ANSWERED, WsgiRequest, request_id
from ogrom.http.secrets import is_secret

from .access.credentials import PRINCIPAL
from .logs import CURRENT, FIELDS
from .requests import Environ, Served
from .secrets import MASK
from .tracing import trace_id_of

log = logging.getLogger("ogrom.requests")

# Longer paths are made up.
_LONGEST_PATH = 2000


class RequestLog:
    """Writes the line, and names the request in every other line that is written while it is served."""

    def begin(self, served: Served) -> None:
        """Have lines name the request."""
        environ = served.environ
        CURRENT.set((request_id(environ), trace_id_of(environ)))

    def end(self, served: Served) -> None:
        """Write the line, if requests are logged."""
        if log.isEnabledFor(logging.INFO):
            fields = line_of(served)
            text = f"{fields['method']} {fields['path']} {fields['status']}"
            # `log.info` would look for the line of code.
            record = logging.LogRecord(log.name, logging.INFO, __file__, 0, text, None, None)
            setattr(record, FIELDS, fields)
            log.handle(record)
        CURRENT.set(("", ""))


def line_of(served: Served) -> dict[str, Any]:
    """The fields of a request's line; None for those that do not apply to it."""
    environ = served.environ
    mount, endpoint, handler = environ.get(ANSWERED) or (None, None, None)
    principal = environ.get(PRINCIPAL)
    said = {
        "request_id": request_id(environ),
        "method": environ["REQUEST_METHOD"],
        "path": shown_path(environ),
        "route": endpoint,
        "mount": mount,
        "status": served.status,
        "decision": "refused" if served.refused else handler,
        "ms": round(served.seconds * 1000, 3),
        "bytes": served.sent,
        "client": environ.get("REMOTE_ADDR"),
        "user": None if principal is None else principal.user_id,
        "trace_id": trace_id_of(environ) or None,
    }
    if served.left:
        said["client_left"] = True
    if served.error is not None:
        said["error"] = type(served.error).__name__
    return said


def shown_path(environ: Environ) -> str:
    """The path and query as they were sent, the values of secret parameters masked."""
    target = WsgiRequest(environ).target[:_LONGEST_PATH]
    path, mark, query = target.partition("?")
    return f"{path}?{'&'.join(map(_shown_parameter, query.split('&')))}" if mark else path


def _shown_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}={MASK}" if equals and value and is_secret(unquote_plus(name)) else parameter
