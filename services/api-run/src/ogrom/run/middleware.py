"""Middleware: what stands around the application, the outermost first."""

from collections.abc import Sequence

import flask

from .refusals import refusing
from .release import released
from .served import Watcher, watched


def wrapped(app: flask.Flask, *, watchers: Sequence[Watcher], release: str) -> flask.Flask:
    """The application with its middleware.

    Whoever watches comes first, so that every response is seen, whoever gives it; and before the release, which
    each of them says. Whoever may wait for somebody comes behind the refusals, because those are answered by one
    thread for all.

    Args:
        app: the application.
        watchers: are told of each request: the traces, the metrics, the log.
        release: what is deployed; may be empty.
    """
    around = watched(released(refusing(app.wsgi_app), release), watchers)
    app.wsgi_app = around  # type: ignore[assignment, method-assign]  # Flask's own way
    return app
