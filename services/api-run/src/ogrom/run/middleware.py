"""Middleware: what stands around the application, the outermost first."""

from collections.abc import Sequence

import flask

from .release import released
from .served import Watcher, watched


def wrapped(app: flask.Flask, *, watchers: Sequence[Watcher], release: str) -> flask.Flask:
    """The application with its middleware.

    Whoever watches comes first, so that every response is seen; and before the release, which each of them says.

    Args:
        app: the application.
        watchers: are told of each request: the traces, the metrics, the log.
        release: what is deployed; may be empty.
    """
    around = watched(released(app.wsgi_app, release), watchers)
    app.wsgi_app = around  # type: ignore[assignment, method-assign]  # Flask's own way
    return app
