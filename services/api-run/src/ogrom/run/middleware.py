"""Middleware: what stands around the application, the outermost first."""

import flask

from .refusals import refusing


def wrapped(app: flask.Flask) -> flask.Flask:
    """The application with its middleware.

    Whoever counts and logs comes before the refusals, so that they are seen; whoever may wait for somebody comes
    behind them, because they are answered by one thread for all.
    """
    app.wsgi_app = refusing(app.wsgi_app)  # type: ignore[assignment, method-assign]  # Flask's own way
    return app
