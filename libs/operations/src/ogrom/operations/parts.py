"""Parts: what stands around the requests of a batch, which are logged, counted and limited as any others."""

from collections.abc import Iterable, Sequence
from time import monotonic

from ogrom.http.flask import PART_OF
from ogrom.http.problem import phrase
from ogrom.server import ARRIVED, Refused

from .requests import Environ, StartResponse, Watcher, WsgiApp, refusing, watched
from .tracing import TRACEPARENT


def parts(app: WsgiApp, watchers: Sequence[Watcher]) -> WsgiApp:
    """The application for requests of batches: `ogrom.http.flask.Application.parts`.

    All that is added to responses on their way to the network, such as security headers, is the batch's.

    Args:
        watchers: are told of each.
    """
    watching, refuse = watched(app, watchers), refusing(watchers, "")

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        batch = environ[PART_OF]
        batch.setdefault(ARRIVED, monotonic())  # so that all have one deadline, whatever serves them
        if TRACEPARENT in batch:
            environ["HTTP_TRACEPARENT"] = batch[TRACEPARENT]
        try:
            return watching(environ, start_response)
        except Refused as refused:
            status = refused.refusal.status
            fields, content = refuse(refused.refusal, environ)
            start_response(f"{status} {phrase(status)}", fields)
            return [content]

    return answer
