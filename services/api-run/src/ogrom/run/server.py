"""The server: Waitress within limits, which finishes what runs before it stops."""

import logging
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from .channels import Channel, watch_served
from .dispatch import Dispatcher
from .listener import let_nobody_in
from .readiness import Readiness
from .settings import Settings

log = logging.getLogger("ogrom.run")

BACKLOG = 1024

# What a stranger may take from us. Bodies have closer limits at each resource, which answers with a problem
# document; beyond this one Waitress itself refuses, in plain text.
_LIMITS: dict[str, Any] = {
    "backlog": BACKLOG,
    "connection_limit": 1000,  # with the rest it stays below the usual limit of 1024 descriptors
    # A balancer keeps connections for 60 s (AWS's). Were we the first to close one, a request might be on its way.
    "channel_timeout": 75,
    "cleanup_interval": 10,
    "max_request_body_size": 10 * 1024 * 1024,
    "max_request_header_size": 32 * 1024,
    "expose_tracebacks": False,
    "ident": None,
}

# Until whoever has half a connection has all of it: some round trips to a balancer.
_SECONDS_TO_CONNECT = 0.05

# What AWS's balancers write. They let a client's X-Forwarded-Host through as it is, so nobody may believe it.
_FORWARDED = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"}


class Server:
    """Serves one application from the main thread until it is told to stop."""

    def __init__(
        self,
        app: Callable[..., Any],
        listener: socket.socket,
        settings: Settings,
        *,
        accepts: bool = True,
        lifeline: int | None = None,
    ) -> None:
        """Listen; connections are accepted and answered once it runs.

        Args:
            app: a WSGI application that answers what is refused (`refusals.refusing`).
            listener: a bound socket, which the server owns from now on.
            settings: how many threads there are, who may wait for how long, and which proxy is believed.
            accepts: whether connections are accepted before `accept()` says so.
            lifeline: the reading end of a pipe; when it is closed at the other end, the server stops.

        Raises:
            OSError: another program has come to listen on the address.
        """
        self._drain_timeout = settings.drain_timeout
        self._listen_until = self._serve_until = float("inf")
        self._closes_port = False
        # A signal's handler may run within the close, in the same thread.
        self._waking = RLock()
        self._is_closed = False
        self._sockets: dict[int, Any] = {}
        self._listener = listener
        dispatcher: Any = Dispatcher(
            threads=settings.threads, queue=settings.queue, timeout=settings.request_timeout
        )
        self._dispatcher: Dispatcher = dispatcher
        self._waitress: Any = create_server(
            app,
            map=self._sockets,
            sockets=[listener],
            _dispatcher=dispatcher,  # its one way to bring another
            **_LIMITS,
            **_trust(settings),
        )
        self._waitress.channel_class = Channel
        self._waitress.accepting = accepts
        self._waitress.is_draining = False
        self._readiness = self._waitress.readiness = Readiness(self._sockets)
        self._waitress.pull_trigger = watch_served
        if lifeline is not None:
            _Lifeline(lifeline, self._sockets, self._is_orphaned)
        for each in list(self._sockets.values()):
            self._readiness.keep(each)

    def queue(self) -> tuple[int, int]:
        """How many requests wait for a thread, and how many threads are busy."""
        return self._dispatcher.busy()

    def accept(self) -> None:
        """Accept connections from now on; may be called by another thread."""
        self._waitress.accepting = True
        self._wake()

    def stop(self, *, grace: float = 0.0, closes_port: bool = False) -> None:
        """Stop soon; may be called by a signal's handler, and again, for what is sooner.

        Args:
            grace: for how many seconds it goes on serving and closes each connection behind its response.
            closes_port: whether every process stops that has the listener: so nobody will accept connections, and
                none may be made that closing it would reset.
        """
        self._closes_port = closes_port
        self._listen_until = min(self._listen_until, time.monotonic() + grace)
        self._serve_until = min(self._serve_until, self._listen_until + self._drain_timeout)
        self._waitress.is_draining = True
        self._wake()

    def cut(self) -> None:
        """Stop at once, whatever is unfinished; may be called by a signal's handler."""
        self._serve_until = time.monotonic()
        self.stop()

    def _wake(self) -> None:
        """Let the loop look again at what it is to do, as long as there is one; whoever wakes it comes by here.

        Once its pipe is closed, the pipe's number may be another file's.
        """
        with self._waking:
            if not self._is_closed:
                self._waitress.trigger.pull_trigger()

    def run(self) -> int:
        """Serve until told to stop; then take no more connections and finish what runs, within bounds.

        Waitress's own `run` would cut responses that are still being sent, and drop requests that wait.

        Returns:
            How many connections were cut with something unfinished.
        """
        self._listen()
        if self._closes_port:
            with suppress(OSError):  # not every sandbox has filters; then connections of one moment are reset
                let_nobody_in(self._listener)
            self._listen_until = min(time.monotonic() + _SECONDS_TO_CONNECT, self._serve_until)
            self._listen()
        self._stop_listening()
        self._turn(seconds=0.0)  # what has arrived is read before anybody is called idle
        while self._close_idle() and time.monotonic() < self._serve_until:
            self._turn(seconds=0.05)
        return self._close()

    def _listen(self) -> None:
        while (left := self._listen_until - time.monotonic()) > 0:
            self._keep_listening()
            self._turn(seconds=min(1.0, left))

    def _keep_listening(self) -> None:
        """Accept as long as there may be more connections, and close those that have been idle for too long."""
        cleanup = self._waitress.next_channel_cleanup
        self._readiness.keep(self._waitress)
        if cleanup != self._waitress.next_channel_cleanup:
            for each in list(self._waitress.active_channels.values()):
                each.watch()

    def _is_orphaned(self, lifeline: Any) -> None:
        self._readiness.forget(lifeline)
        self.stop()

    def _turn(self, *, seconds: float) -> None:
        deadline = self._dispatcher.next_deadline()
        if deadline < float("inf"):
            seconds = max(0.0, min(seconds, deadline - time.monotonic()))
        self._readiness.turn(seconds)
        self._dispatcher.refuse_late()

    def _stop_listening(self) -> None:
        for _ in range(BACKLOG):
            if not select.select([self._listener], [], [], 0)[0]:
                break
            self._waitress.handle_accept()  # whoever is connected already will be answered
        self._readiness.forget(self._waitress)
        self._waitress.del_channel()
        self._listener.close()

    def _close_idle(self) -> bool:
        """Close the connections that wait for nothing from us, and say whether any is left."""
        is_any_left = False
        for channel in list(self._waitress.active_channels.values()):
            if channel.is_unfinished() or channel.is_new():
                is_any_left = True
            else:
                channel.handle_close()
        return is_any_left

    def _close(self) -> int:
        cut: int = sum(each.is_unfinished() for each in self._waitress.active_channels.values())
        if cut:
            log.warning("stopped with %d requests unfinished", cut)
        self._dispatcher.shutdown(timeout=0.5)
        with self._waking:
            self._is_closed = True
            self._waitress.trigger.close()
        for each in list(self._waitress.active_channels.values()):
            each.handle_close()  # waits for what a thread is sending, and ends its wait to send more
        wasyncore.close_all(self._sockets)
        self._readiness.close()
        return cut


class _Lifeline(wasyncore.file_dispatcher):  # type: ignore[misc]  # untyped
    """Notices that nobody holds the other end of a pipe any more."""

    def __init__(self, descriptor: Any, sockets: dict[int, Any], ended: Callable[[Any], None]) -> None:
        super().__init__(descriptor, map=sockets)
        self._ended = ended

    def writable(self) -> bool:
        return False

    def handle_close(self) -> None:
        self._ended(self)
        self.close()


def _trust(settings: Settings) -> dict[str, Any]:
    """The proxy whose word about the client counts; without one, nobody's does, and the fields are removed."""
    if not settings.trusted_proxy:
        return {}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": settings.proxies,
        "trusted_proxy_headers": _FORWARDED,
    }
