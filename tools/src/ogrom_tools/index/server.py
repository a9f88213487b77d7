"""Serves an index on this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger

from .store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"


@contextmanager
def serving(
    store: Store, port: int = 0, *, ledger: Ledger | None = None, credentials: str = ""
) -> Iterator[str]:
    """Serve an index to this machine, until the block is left.

    Args:
        store: where the index is.
        port: 0 for any that is free.
        ledger: what is yanked, when an upload makes the pages anew; without one, what was yanked stays so.
        credentials: `name:password` for uploads; without any, it takes none.

    Yields:
        The URL that clients are given: `http://127.0.0.1:8418/simple/`.

    Raises:
        Failed: another program has the port.
    """
    # The workbench imports this package too, and has neither Werkzeug nor Waitress.
    from .application import application

    app = application(store, ledger or Ledger(), credentials)
    with _listening(port) as listener, _running(app, listener):
        yield f"http://{HOST}:{listener.getsockname()[1]}/simple/"


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((HOST, port))
    except OSError as problem:
        raise Failed(
            f"Port {port} of {HOST}: {problem.strerror}. If that is another ./dev index, it serves all you need; "
            "else give me another port: ./dev index --port 9000"
        ) from problem
    with listener:
        yield listener


@contextmanager
def _running(app: "WSGIApplication", listener: socket.socket) -> Iterator[None]:
    """Waitress in a thread; when the block is left, what it still sends is cut."""
    from waitress import wasyncore  # type: ignore[import-untyped]
    from waitress.server import create_server  # type: ignore[import-untyped]

    # Ours, since Waitress's loop ends when nothing is left in it.
    sockets: dict[int, Any] = {}
    waitress: Any = create_server(app, map=sockets, sockets=[listener], threads=8, ident="ogrom")
    trigger = waitress.trigger

    def wake() -> None:
        """Have the loop look again; not once its pipe is closed, as the number may be another file's by then."""
        with trigger.lock:  # the loop holds it while it closes all
            if sockets:
                trigger.pull_trigger()

    waitress.pull_trigger = wake  # its workers wake the loop with each response, and may outlive it
    thread = threading.Thread(target=waitress.run, name="index", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with trigger.lock:
            trigger.thunks.append(lambda: wasyncore.close_all(sockets, ignore_all=True))
        wake()
        thread.join(timeout=5)
        waitress.task_dispatcher.shutdown(timeout=5)
