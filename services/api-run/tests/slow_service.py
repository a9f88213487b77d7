"""`ogrom-api` with requests beside its own that take long, are large, or end the process.

The environment variable TEST_FOLDER names a folder: while it holds a file `cold`, no warm-up comes to its end, and
while it holds `fatal`, no worker comes to serve.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import flask
from dependency_injector import providers

from ogrom.run import hosting
from ogrom.run.cli import main
from ogrom.run.container import Container

FOLDER = Path(os.environ["TEST_FOLDER"])
LARGE = 20_000_000


def slow(app: flask.Flask) -> flask.Flask:
    inner = app.wsgi_app
    if (FOLDER / "fatal").exists():
        os._exit(7)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        while "ogrom.warming" in environ and (FOLDER / "cold").exists():
            time.sleep(0.01)  # between two looks
        if not path.startswith("/test/"):
            return inner(environ, start_response)
        content = b"x" * LARGE if path == "/test/large" else str(os.getpid()).encode()
        if path == "/test/slow":
            time.sleep(int(environ["QUERY_STRING"]) / 1000)  # what it is asked for
        if path == "/test/die":
            os._exit(7)
        start_response("200 OK", [("Content-Length", str(len(content)))])
        return [content]

    app.wsgi_app = answer  # type: ignore[method-assign]
    return app


class SlowContainer(Container):
    app = providers.Singleton(slow, Container.app)


if __name__ == "__main__":
    hosting.__dict__["Container"] = SlowContainer
    main()
