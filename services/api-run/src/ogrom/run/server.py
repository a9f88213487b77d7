"""The server: Waitress within limits, which finishes what runs before it stops."""

import logging
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from .channels import Channel

log = logging.getLogger("ogrom.run")

_BACKLOG = 1024

# What a stranger may take from us. Bodies have closer limits at each resource, which answers with a problem
# document; beyond this one Waitress itself refuses, in plain text.
_LIMITS: dict[str, Any] = {
    "backlog": _BACKLOG,
    "connection_limit": 1000,  # with the rest it stays below the usual limit of 1024 descriptors
    "asyncore_use_poll": True,  # select() breaks at descriptor 1024
    "channel_timeout": 30,
    "cleanup_interval": 10,
    "max_request_body_size": 10 * 1024 * 1024,
    "max_request_header_size": 32 * 1024,
    "expose_tracebacks": False,
    "ident": None,
}


class Server:
    """Serves one application from the main thread until it is told to stop."""

    def __init__(
        self, app: Callable[..., Any], listener: socket.socket, *, threads: int, drain_timeout: float
    ) -> None:
        """Listen; connections are accepted from now on and answered once it runs.

        Args:
            app: a WSGI application.
            listener: a bound socket, which the server owns from now on.
            threads: how many requests run at once.
            drain_timeout: the seconds that running requests have once the server is told to stop.

        Raises:
            OSError: another program has come to listen on the address.
        """
        self._drain_timeout = drain_timeout
        self._stop_at: float | None = None
        self._sockets: dict[int, Any] = {}
        self._listener = listener
        self._waitress: Any = create_server(
            app, map=self._sockets, sockets=[listener], threads=threads, **_LIMITS
        )
        self._waitress.channel_class = Channel

    def stop(self) -> None:
        """Stop soon, or at once if called again; may be called by a signal's handler."""
        now = time.monotonic()
        self._stop_at = now + self._drain_timeout if self._stop_at is None else now
        # Its pipe is closed where the server has come to its end meanwhile.
        with suppress(OSError):
            self._waitress.pull_trigger()

    def run(self) -> None:
        """Serve until told to stop; then take no more connections and finish what runs, within bounds.

        Waitress's own `run` would cut responses that are still being sent, and drop requests that wait.
        """
        while self._stop_at is None:
            self._turn(seconds=1.0)
        self._stop_listening()
        self._turn(seconds=0.0)  # what has arrived is read before anybody is called idle
        while self._close_idle() and time.monotonic() < self._stop_at:
            self._turn(seconds=0.05)
        self._close()

    def _turn(self, *, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)

    def _stop_listening(self) -> None:
        for _ in range(_BACKLOG):
            if not select.select([self._listener], [], [], 0)[0]:
                break
            self._waitress.handle_accept()  # whoever is connected already will be answered
        self._waitress.del_channel()
        self._listener.close()

    def _close_idle(self) -> int:
        """Close the connections that wait for nothing from us, and say how many are left."""
        channels = list(self._waitress.active_channels.values())
        busy = [each for each in channels if each.requests or each.request or each.total_outbufs_len]
        for channel in channels:
            if channel not in busy:
                channel.handle_close()
        return len(busy)

    def _close(self) -> None:
        cut = self._close_idle()
        if cut:
            log.warning("stopped with %d requests unfinished", cut)
        self._waitress.task_dispatcher.shutdown(timeout=0.5)
        self._waitress.trigger.close()
        wasyncore.close_all(self._sockets)
