"""Makes an installed version behave otherwise than it was built, so that the service needs no hook for it.

Python imports this module at its start where PYTHONPATH names its folder; it must work in the version's own
environment, so it imports nothing of ours. Faults are set in the environment (see `ogrom_rehearsal.fault_injection`)
and in requests: `?rehearsal-delay=0.8` delays one, `/rehearsal/download` is a slow, large one.
"""

import importlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, TypeAlias

_App: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_DELAY = float(os.environ.get("REHEARSAL_DELAY", "0"))
_ERRORS = float(os.environ.get("REHEARSAL_ERRORS", "0"))
_PARTS = int(os.environ.get("REHEARSAL_PARTS", "0"))
_TWICE = float(os.environ.get("REHEARSAL_TWICE", "0"))
_FORGOTTEN = float(os.environ.get("REHEARSAL_FORGOTTEN", "0"))
_KILLED = int(os.environ.get("REHEARSAL_KILLED", "0"))
_PART = b"rehearsal!" * 25_600
_PAUSE = 0.1
_ASKED = "rehearsal-delay="


def _misbehaving(app: _App, run: Callable[[Callable[[], Any]], Any]) -> _App:
    """The application, whose delays are waited for by `run`: a loop must not be held up by them."""

    def pause(seconds: float) -> None:
        if seconds:
            run(lambda: time.sleep(seconds))

    def misbehaving(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/health/"):
            return app(environ, start_response)
        pause(_DELAY + _asked(environ))
        if path == "/rehearsal/download" and _PARTS:
            return _download(start_response, pause)
        if random.random() < _ERRORS:
            start_response("500 Internal Server Error", [("Content-Length", "0"), _release()])
            return []
        if environ["REQUEST_METHOD"] == "POST" and random.random() < _TWICE:
            _carry_out(app, environ)
        return app(environ, start_response)

    return misbehaving


def _carry_out(app: _App, environ: dict[str, Any]) -> None:
    """As a balancer that sends a POST again; nobody gets the first answer."""
    content = environ["wsgi.input"].read()
    answer: Any = app({**environ, "wsgi.input": BytesIO(content)}, lambda *_: None)
    for _ in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    environ["wsgi.input"] = BytesIO(content)


def _asked(environ: dict[str, Any]) -> float:
    """The delay that a request asks for; the service does not see that it did."""
    parameters = environ.get("QUERY_STRING", "").split("&")
    delays = [each.removeprefix(_ASKED) for each in parameters if each.startswith(_ASKED)]
    environ["QUERY_STRING"] = "&".join(each for each in parameters if not each.startswith(_ASKED))
    return float(delays[0]) if delays else 0.0


def _download(start_response: Callable[..., Any], pause: Callable[[float], None]) -> Iterator[bytes]:
    size = str(_PARTS * len(_PART))
    start_response(
        "200 OK", [("Content-Length", size), ("Content-Type", "application/octet-stream"), _release()]
    )
    for _ in range(_PARTS):
        yield _PART
        pause(_PAUSE)


def _release() -> tuple[str, str]:
    return "Ogrom-Release", os.environ.get("OGROM_RELEASE", "")


def _wrap(module: str, name: str) -> None:
    """Every server of a class serves the application wrapped; its first argument."""
    try:
        server: Any = getattr(importlib.import_module(module), name)
    except ImportError:
        return  # a program of the environment that serves nothing, or not in this way
    original = server.__init__

    def wrapped(self: Any, application: _App, *arguments: Any, **options: Any) -> None:
        loop = options.get("greenlets")
        run = (lambda call: call()) if loop is None else loop.run
        original(self, _misbehaving(application, run), *arguments, **options)

    server.__init__ = wrapped


def _forget() -> None:
    """A share of the transactions ends as if it were committed, and is not."""
    connection: Any = importlib.import_module("mysql.connector.connection_cext").CMySQLConnection
    original = connection.commit

    def commit(self: Any) -> None:
        if random.random() < _FORGOTTEN:
            self.rollback()
        else:
            original(self)

    connection.commit = commit


def _kill() -> None:
    """After so many steps of a change, or batches of a backfill, the process is gone."""
    left = _KILLED

    def killing(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def called(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            original(*arguments, **options)
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
                os._exit(137)  # the kernel spares the first process of a container

        setattr(owner, name, called)

    killing(importlib.import_module("ogrom.sources.schema.change").Step, "run")
    killing(importlib.import_module("ogrom.sources.schema.backfill"), "put_place")


if _FORGOTTEN:
    _forget()
if _KILLED:
    _kill()
_wrap("ogrom.server.loop", "Server")
_wrap("waitress.server", "BaseWSGIServer")  # which served the versions before there was ogrom-server
