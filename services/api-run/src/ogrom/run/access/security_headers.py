"""Security headers: what browsers shall not do with what we send, where the resource does not say so itself."""

from typing import Final

import flask

EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Pages bring policies of their own, with hashes of what is in them. Anything else loads nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

PAGES: Final = {"Permissions-Policy": "camera=(), geolocation=(), microphone=()"}
"""What is told of pages only: nothing else can ask for a camera."""


def install(app: flask.Flask, *, hsts: int) -> None:
    """Add them to every response of the application.

    Args:
        app: the application.
        hsts: the seconds for which browsers shall come by https only (RFC 6797); 0 says nothing.
    """
    always = dict(EVERYWHERE)
    if hsts:
        always["Strict-Transport-Security"] = f"max-age={hsts}"

    def add(response: flask.Response) -> flask.Response:
        is_page = response.mimetype == "text/html"
        for name, value in (always | PAGES if is_page else always).items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(add)
