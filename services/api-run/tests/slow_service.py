"""`ogrom-api` with a request beside its own, `/test/slow`, that takes long.

The environment variable TEST_FOLDER names a folder: while it holds a file `cold`, no warm-up comes to its end, and
while it holds `fatal`, no worker comes to serve. A file `warming` in it says that a warm-up waits for that, and `asked`
that `/test/slow` has been asked for.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dependency_injector import providers

from ogrom.operations.flask import Service
from ogrom.run import hosting
from ogrom.run.cli import main
from ogrom.run.container import Container

FOLDER = Path(os.environ["TEST_FOLDER"])


def slow(service: Service) -> Service:
    app = service.app
    inner = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        while "ogrom.warming" in environ and (FOLDER / "cold").exists():
            (FOLDER / "warming").touch()
            time.sleep(0.01)  # between two looks
        if environ["PATH_INFO"] == "/test/slow":
            (FOLDER / "asked").touch()
            time.sleep(600)  # longer than any test takes
        return inner(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]
    return service


class SlowContainer(Container):
    service = providers.Singleton(slow, Container.service)


def make_container(**parts: Any) -> Container:
    """A worker's; that of the preparation, which knows no worker, goes on."""
    if "worker" in parts and (FOLDER / "fatal").exists():
        os._exit(7)
    return SlowContainer(**parts)


if __name__ == "__main__":
    hosting.__dict__["Container"] = make_container
    main()
