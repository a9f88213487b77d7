"""Serves a WSGI application with Waitress, in one process or in several that share the socket.

Waitress itself has one process; its maintainers advise several behind a balancer, which costs more than a socket
that the processes inherit. So it is done as Ogrom does it. Settings are Waitress's own but for `threads`, which all
peers have alike, poll() with room for as many connections as the load has, and its warnings of requests that wait,
which come with each of them and would be measured.
"""

import logging
import os
import signal
import socket
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

import waitress  # type: ignore[import-untyped]

from .arguments import Arguments, arguments
from .stores import store_of

_BACKLOG = 1024


def _serve(app: Any, sock: socket.socket, threads: int) -> None:
    server = waitress.create_server(
        app, sockets=[sock], threads=threads, connection_limit=1000, asyncore_use_poll=True, ident=None
    )
    # SystemExit and KeyboardInterrupt end it cleanly.
    server.run()


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _fork(app: Any, sock: socket.socket, told: Arguments) -> None:
    """Start the processes, and wait for their end."""
    children = []
    for _ in range(told.processes):
        child = os.fork()
        if child == 0:
            _serve(app, sock, told.threads)
            return
        children.append(child)
    try:
        for child in children:
            os.waitpid(child, 0)
    except SystemExit:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        raise


def main() -> None:
    """Bind the port, import the application, and serve."""
    told = arguments()
    signal.signal(signal.SIGTERM, _end)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with socket.create_server(("127.0.0.1", told.port), backlog=_BACKLOG) as sock:
        app = import_module(told.app).application(store_of(told.store, told.catalogue))
        if told.processes == 1:
            _serve(app, sock, told.threads)
        else:
            _fork(app, sock, told)


if __name__ == "__main__":
    main()
