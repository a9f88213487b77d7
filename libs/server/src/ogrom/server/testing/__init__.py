"""For tests: an application that is served in this process, and requests with their verdicts (`records`)."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

from ..greenlets import Greenlets
from ..lanes import Lane, is_read
from ..limits import Limits
from ..loop import Server
from ..response import Application

_SECONDS = 300.0


@contextmanager
def running(
    application: Application,
    limits: Limits | None = None,
    lanes: Sequence[Lane] = (Lane("application", 4, on_loop=is_read),),
    waiter: Greenlets | None = None,
    **more: Any,
) -> Iterator[int]:
    """Serve an application on a free port of 127.0.0.1 while the block runs.

    Args:
        waiter: by which the application waits, where it runs on the loop; None for threads alone.
        more: as of `Server`.

    Yields:
        The port.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    server = Server(application, listener, limits or Limits(), lanes, greenlets=waiter, **more)
    thread = Thread(target=server.run, name="ogrom-server")
    thread.start()
    try:
        yield port
    finally:
        server.cut()
        thread.join(_SECONDS)
        server.join(_SECONDS)
