"""Refusals: what the server does not let come to the application, told in the API's own forms, logged and counted."""

from collections.abc import Callable, Sequence

from ogrom.http import Problem
from ogrom.http.flask import WsgiRequest
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.response import refusal
from ogrom.server import Environ, Fields, Refusal

from .release import FIELD
from .served import Watcher, tell_of

# What a line of the log has of a request whose header nobody could read; the Common Log Format writes so, too.
_UNREAD = {"REQUEST_METHOD": "-", "PATH_INFO": "", "REQUEST_URI": "-"}


def refusing(watchers: Sequence[Watcher], release: str) -> Callable[[Refusal, Environ], tuple[Fields, bytes]]:
    """What the server calls to tell of a refusal.

    Args:
        watchers: are told of it as of every response; less of those to requests in which the application has failed,
            since they know.
        release: what is deployed; may be empty.
    """

    def refuse(refused: Refusal, environ: Environ) -> tuple[Fields, bytes]:
        environ = _UNREAD | environ
        request = WsgiRequest(environ)
        headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
        said = refusal(Problem(refused.reason, headers=headers), refused.status, request, BROWSABLE_RENDERERS)
        if refused.status != 500:
            tell_of(watchers, environ, refused.status, len(said.content))
        fields = [*said.headers.items(), ("X-Request-Id", request.id)]
        return [*fields, (FIELD, release)] if release else fields, said.content

    return refuse
