"""The loop of a process: one thread that accepts, reads, has requests answered, and ends what takes too long.

A turn has two parts: it waits for events and acts on them, which the standby can do as well; and it lets the greenlets
go on, if there are any, since requests that run in them have no other thread.
"""

import heapq
import logging
import os
import resource
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, RLock, get_ident
from typing import Any

from waitress.server import create_server  # type: ignore[import-untyped]

from .connection import BUSY, Connection, Phase
from .dispatcher import Dispatcher
from .environ import base_environ
from .greenlets import Greenlets
from .lanes import Lane
from .limits import Budget, Limits
from .listening import BACKLOG, drop_new_connections
from .proxies import Proxies
from .refusal import plainly
from .response import Application, Environ, TellRefusal
from .standby import LAG_SECONDS, Standby
from .waits import ThreadWait, Wait

log = logging.getLogger("ogrom.server")

# Of connections; one at a time where other processes accept as well, or one has most of those that come together, as
# nginx does by default (multi_accept): of 16 one of two had 15 when it took all that it could, and has 10.
_ACCEPTED_AT_ONCE = 64
_SWEEP_SECONDS = 0.5
_READ = select.EPOLLIN

# Until whoever has half a connection has all of it: some round trips to a balancer.
_SECONDS_TO_CONNECT = 0.05

# That something is short need not be told for each connection.
_SECONDS_BETWEEN_WARNINGS = 10.0

# Descriptors beside those of connections: the listener, what wakes the loop, the lifeline, and what requests read from.
_OTHERS = 64

# Of calls that run as it stops.
_SECONDS_TO_END = 0.5

# The loop's thread waits so long at most for the standby to let it poll again.
_STAND_IN_SECONDS = 0.01

# For so long requests are begun in a turn, and greenlets go on; the others wait for the next one, so that events and
# deadlines are never far behind. All that a full batch has asked for is answered in less.
_SECONDS_OF_BEGINNING = 0.005
_SECONDS_OF_GOING_ON = 0.025

# So many responses are sent together, unless the first of them has waited so long.
_FINISHED_TOGETHER = 8
_SECONDS_TO_FINISH = 0.001


@dataclass(frozen=True)
class LoopState:
    """What a loop that answers requests does.

    Attributes:
        begun: requests that have begun and have not ended.
        parked: waits that have not ended.
        offloaded: calls that were given to a thread, so far.
        lags: how often something has held it up for 50 ms or more, so far.
        lag_seconds: for how long together.
    """

    begun: int = 0
    parked: int = 0
    offloaded: int = 0
    lags: int = 0
    lag_seconds: float = 0.0


class Server:
    """Serves one application from one thread until it is told to stop; owns the connections and the threads."""

    def __init__(
        self,
        application: Application,
        listener: socket.socket,
        limits: Limits,
        lanes: Sequence[Lane],
        *,
        refuse: TellRefusal = plainly,
        content_limit: Callable[[Environ], int] | None = None,
        proxies: Proxies | None = None,
        greenlets: Greenlets | None = None,
        processes: int = 1,
        drain_seconds: float = 8.0,
        lifeline: int | None = None,
        accepts_after: float = 0.0,
        beat: Callable[[], object] = lambda: None,
    ) -> None:
        """Listen; connections are accepted and answered once it runs.

        Args:
            application: a WSGI application.
            listener: a bound socket, which the server owns from now on.
            limits: what clients may take.
            lanes: the threads; the last one's queue is what `queue` tells of.
            refuse: tells of what the server refuses; it must be quick, as the loop waits for it.
            content_limit: how many bytes of content a request may have, by its environment, asked before any is read
                and quick; where the header tells that there are more, or that there is any and it may have none, the
                application answers without it. By default it is `limits.content_bytes`, and the server answers.
            proxies: who is believed about clients; None for nobody.
            greenlets: what requests run in that begin on the loop; None where threads answer all of them.
            processes: how many serve the application.
            drain_seconds: how long running requests may take once it is told to stop.
            lifeline: the reading end of a pipe; when it is closed at the other end, the server stops.
            accepts_after: seconds until connections are accepted, unless `accept()` says so earlier.
            beat: called at each turn of the loop, once a second at least.

        Raises:
            OSError: another program has come to listen on the address.
        """
        self.limits = limits
        self.application = application
        self.refuse = refuse
        self.content_limit = content_limit
        self.proxies = proxies
        self.contents = Budget(limits.content_bytes_of_all)
        self.responses = Budget(limits.response_bytes_of_all)
        self.is_draining = False
        self._drain_seconds = drain_seconds
        self._lifeline = lifeline
        self._beat = beat
        self._listener = listener
        self._accepted_at_once = _ACCEPTED_AT_ONCE if processes == 1 else 1
        self._is_inherited = listener.get_inheritable()
        none: Any = object()  # its threads are in lanes
        self._waitress: Any = create_server(
            application, map={}, sockets=[listener], _dispatcher=none, _start=False, ident=None
        )
        self._waitress.trigger.close()  # its way of being woken
        listener.listen(BACKLOG)
        name, port = self._waitress.server_name, str(self._waitress.effective_port)
        self.base_environ = base_environ(name, port, "http", processes=processes)
        self._connections: dict[int, Connection] = {}
        self._most = limits.connections or _descriptors_left(limits.spare_descriptors)
        self._warned = -_SECONDS_BETWEEN_WARNINGS
        self._epoll = select.epoll()
        self._wakes = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        # A signal's handler may run within the close, in the same thread.
        self._waking = RLock()
        self._is_closed = self._is_watching = False
        self._accepts_from = time.monotonic() + accepts_after
        self._swept = 0.0
        self._listen_until = self._serve_until = float("inf")
        self._closes_port: Callable[[], bool] = lambda: False
        for descriptor in (self._wakes, lifeline):
            if descriptor is not None:
                self._epoll.register(descriptor, _READ)
        self._greenlets = greenlets
        self._dispatcher = Dispatcher(lanes, greenlets, most=limits.requests)
        self._unfinished = deque[Connection]()
        self._finish_by = 0.0
        self._polling = Lock()
        self._busy_since = 0.0
        self._lags, self._lag_seconds = 0, 0.0

    # What others call.

    def queue(self) -> tuple[int, int]:
        """How many requests wait for a thread of the last lane, and how many of those threads are busy."""
        return self._dispatcher.busy()

    def loop(self) -> LoopState:
        """What the loop does for the requests that begin on it."""
        if self._greenlets is None:
            return LoopState()
        waiting = self._greenlets
        return LoopState(waiting.begun, waiting.parked, waiting.offloaded, self._lags, self._lag_seconds)

    def accept(self) -> None:
        """Accept connections from now on; may be called by another thread."""
        self._accepts_from = 0.0
        self._wake()

    def stop(self, *, delay: float = 0.0, closes_port: Callable[[], bool] = lambda: False) -> None:
        """Stop soon; may be called by a signal's handler, and again, for what is sooner.

        Args:
            delay: for how many seconds it goes on serving and closes each connection behind its response.
            closes_port: whether every process stops that has the listener, asked when this one stops listening: then
                nobody will accept connections, and none may be made that closing it would reset.
        """
        self._closes_port = closes_port
        self._listen_until = min(self._listen_until, time.monotonic() + delay)
        self._serve_until = min(self._serve_until, self._listen_until + self._drain_seconds)
        self.is_draining = True
        self._wake()

    def cut(self) -> None:
        """Stop at once, whatever is unfinished; may be called by a signal's handler."""
        self._serve_until = time.monotonic()
        self.stop()

    def _wake(self) -> None:
        """Have the loop look again at what it is to do, as long as there is one."""
        with self._waking:
            # Once it is closed, the number may be another file's.
            if not self._is_closed:
                with suppress(BlockingIOError):
                    os.eventfd_write(self._wakes, 1)

    def join(self, seconds: float) -> None:
        """Wait, once it has ended, for threads that were busy then."""
        self._dispatcher.shutdown(seconds)

    # What connections call.

    def watch(self, descriptor: int, events: int) -> None:
        """Have a connection told of these events, from now on; any thread may call it."""
        self._epoll.modify(descriptor, events)

    def wait(self) -> Wait:
        """A wait of the caller's, be it a thread or a greenlet."""
        return ThreadWait() if self._greenlets is None else self._greenlets.wait()

    def dispatch(self, connection: Connection) -> None:
        """Have a request answered."""
        self._dispatcher.dispatch(connection)

    def finish(self, connection: Connection) -> None:
        """Send the rest of a response: a greenlet's with those of others, a thread's at once.

        While requests are computed one after the other, each response alone wakes its client, or the balancer that has
        all of them; eight together are up to 1.3 times as many (docs/decisions/one-loop.md).
        """
        if self._greenlets is None or not self._greenlets.parks:
            connection.finish()
            return
        now = time.monotonic()
        if not self._unfinished:
            self._finish_by = now + _SECONDS_TO_FINISH
        self._unfinished.append(connection)
        if len(self._unfinished) >= _FINISHED_TOGETHER or now >= self._finish_by:
            self._finish_all()

    def free_content(self) -> None:
        """Refuse those who send their content the slowest, until that of all is within its limit."""
        receiving = [each for each in self._connections.values() if each.content_rate < float("inf")]
        for each in sorted(receiving, key=lambda each: each.content_rate):
            if not self.contents.excess:
                return
            each.refuse(BUSY)

    def forget(self, connection: Connection) -> None:
        """The connection is about to be closed."""
        self._epoll.unregister(connection.descriptor)
        del self._connections[connection.descriptor]

    # The loop.

    def run(self) -> int:
        """Serve until told to stop; then take no more connections and finish what runs, within bounds.

        Returns:
            How many connections were cut with something unfinished.
        """
        if self._greenlets is None:
            return self._run()
        self._greenlets.begin(self._wake, self._watch_reader)
        standby = Standby(lambda: self._busy_since, self._stand_in)
        standby.watch(get_ident())
        try:
            return self._run()
        finally:
            self._busy_since = 0.0
            standby.end()
            self._greenlets.end()

    def _run(self) -> int:
        self._listen()
        # One that was inherited is listened on by whoever comes next, and the filter would stay.
        if self._closes_port() and not self._is_inherited:
            with suppress(OSError):  # not every sandbox has filters; then connections of one moment are reset
                drop_new_connections(self._listener)
            self._listen_until = min(time.monotonic() + _SECONDS_TO_CONNECT, self._serve_until)
            self._listen()
        self._stop_listening()
        self._turn(0.0)  # what has arrived is read before anybody is called idle
        while self._close_idle() and time.monotonic() < self._serve_until:
            self._turn(0.05)
        return self._close()

    def _listen(self) -> None:
        while (left := self._listen_until - time.monotonic()) > 0:
            self._turn(left)

    def _turn(self, seconds: float) -> None:
        """Wait for the next events and act on them; then let requests go on."""
        self._beat()
        greenlets = self._greenlets
        if greenlets is None:
            self._act(seconds)
            return
        if greenlets.is_busy or self._dispatcher.is_ready:
            seconds = 0.0
        with self._polling:
            self._act(min(seconds, greenlets.next_deadline - time.monotonic()))
        self._busy_since = began = time.monotonic()
        greenlets.go_on(began + _SECONDS_OF_GOING_ON)
        self._dispatcher.begin(began + _SECONDS_OF_BEGINNING)
        greenlets.go_on(began + _SECONDS_OF_GOING_ON)
        self._finish_all()
        self._busy_since = 0.0
        if (lag := time.monotonic() - began) >= LAG_SECONDS:
            self._lags, self._lag_seconds = self._lags + 1, self._lag_seconds + lag
            with self._polling:
                pass  # the standby has left: from here on this thread acts alone

    def _stand_in(self, since: float) -> None:
        """Act in the place of the loop's thread, as long as that is held up."""
        while self._busy_since == since:
            self._finish_all()
            if self._polling.acquire(timeout=LAG_SECONDS):
                try:
                    if self._busy_since == since:
                        self._act(_STAND_IN_SECONDS)
                finally:
                    self._polling.release()
        self._wake()  # what the standby was woken by, or has handed on, is the loop's as well

    def _finish_all(self) -> None:
        """Send what responses wait for; the standby may do so as well."""
        with suppress(IndexError):
            while True:
                self._unfinished.popleft().finish()

    def _act(self, seconds: float) -> None:
        """Wait for the next events, and act on them."""
        now = time.monotonic()
        self._watch_listener()
        until = min(self._swept + _SWEEP_SECONDS, self._dispatcher.next_deadline()) - now
        most = len(self._connections) + _OTHERS
        somebody_connects = False
        for descriptor, events in self._epoll.poll(max(0.0, min(seconds, until)), most):
            if (connection := self._connections.get(descriptor)) is not None:
                connection.handle(events)
            elif descriptor == self._wakes:
                os.eventfd_read(self._wakes)
            elif self._greenlets is not None and self._greenlets.can_read(descriptor):
                pass
            elif descriptor == self._listener.fileno():
                somebody_connects = True
            elif descriptor == self._lifeline:
                self._epoll.unregister(descriptor)
                self.stop()
        if somebody_connects:  # last, since nobody may have to go whose request has come
            self._accept()
        self._dispatcher.refuse_late()
        self._cut_slow_responses()
        self._sweep()

    def _watch_reader(self, descriptor: int) -> None:
        events = _READ | select.EPOLLONESHOT
        try:
            self._epoll.modify(descriptor, events)
        except FileNotFoundError:
            self._epoll.register(descriptor, events)

    def _watch_listener(self) -> None:
        may = self._accepts_from <= time.monotonic()
        wants = may and self._listener.fileno() >= 0 and self._may_accept()
        if wants != self._is_watching and self._listener.fileno() >= 0:
            (self._epoll.register if wants else self._epoll.unregister)(self._listener)
            self._is_watching = wants

    def _may_accept(self) -> bool:
        """Whether there is a place, or somebody who may be asked to leave one."""
        if len(self._connections) < self._most:
            return True
        return bool(self._movable())

    def _accept(self) -> None:
        for _ in range(self._accepted_at_once):
            if len(self._connections) >= self._most and not (
                self._somebody_waits() and self._make_room(len(self._connections) // 64 + 1)
            ):
                return
            try:
                pair = self._waitress.accept()
            except ConnectionError:
                continue
            except OSError as error:
                self._cannot_accept(error)
                return
            if pair is None:
                return
            self._welcome(*pair)

    def _somebody_waits(self) -> bool:
        """Whether a client has connected that is not accepted yet: for nobody, no other one need go."""
        poll = select.poll()  # unlike `select`, for descriptors of any number
        poll.register(self._listener, select.POLLIN)
        return bool(poll.poll(0))

    def _welcome(self, sock: socket.socket, address: Any) -> None:
        try:
            sock.setblocking(False)
            self._waitress.set_socket_options(sock)
        except OSError:  # it has gone already
            sock.close()
            return
        peer = ("", 0) if sock.family == socket.AF_UNIX else (address[0], address[1])
        connection = Connection(self, sock, peer)
        self._connections[connection.descriptor] = connection
        self._epoll.register(connection.descriptor, _READ)

    def _make_room(self, number: int) -> bool:
        """Close connections for the sake of others, the slowest unfinished requests first; whether there were any.

        Whoever has just connected may ask first. Kept ones stay where there are new ones, as long as they are no more
        than half of all: so neither who connects again and again takes a balancer's connections from it, nor who keeps
        many keeps others from asking anything.
        """
        leaving = heapq.nsmallest(number, self._movable(), key=lambda each: (each.phase, each.since))
        for each in leaving:
            each.close()
        return bool(leaving)

    def _movable(self) -> list[Connection]:
        """The connections that may be closed for the sake of others."""
        every = self._connections.values()
        kept = sum(each.phase is Phase.KEPT for each in every)
        stay = kept <= self._most // 2 and any(each.phase is Phase.NEW for each in every)
        return [each for each in every if each.may_go and not (stay and each.phase is Phase.KEPT)]

    def _cannot_accept(self, error: OSError) -> None:
        """Others have taken the descriptors that were left: close some connections, or let clients wait for a while."""
        if not self._make_room(8):
            self._accepts_from = time.monotonic() + _SWEEP_SECONDS
        self._warn(f"cannot accept connections: {error}; raise `ulimit -n`, or limits.spare_descriptors")

    def _cut_slow_responses(self) -> None:
        if not self.responses.excess:
            return
        sending = [each for each in self._connections.values() if each.is_sending]
        for each in sorted(sending, key=lambda each: each.progressed)[:-1]:
            each.close()
            self._warn(
                "cutting off responses that clients read too slowly; to keep more, raise limits.response_bytes_of_all"
            )
            if not self.responses.excess:
                return

    def _warn(self, text: str) -> None:
        if time.monotonic() > self._warned + _SECONDS_BETWEEN_WARNINGS:
            self._warned = time.monotonic()
            log.warning(text)

    def _sweep(self) -> None:
        now = time.monotonic()
        if now >= self._swept + _SWEEP_SECONDS:
            self._swept = now
            for each in [each for each in self._connections.values() if each.deadline <= now]:
                each.expire()

    def _stop_listening(self) -> None:
        for _ in range(BACKLOG):  # whoever is connected already will be answered
            if not self._somebody_waits():
                break
            self._accept()
        if self._is_watching:
            # Other processes have it too, so closing it would not end the watch.
            self._epoll.unregister(self._listener)
            self._is_watching = False
        self._listener.close()

    def _close_idle(self) -> bool:
        """Close the connections that wait for nothing from us, and say whether any is left."""
        for each in list(self._connections.values()):
            if not (each.is_unfinished or each.may_ask or each.phase is Phase.LINGERING):
                each.close()
        return bool(self._connections)

    def _close(self) -> int:
        unfinished = [each for each in self._connections.values() if each.is_unfinished]
        if unfinished:
            log.warning("stopped with %d requests unfinished", len(unfinished))
        self._dispatcher.shutdown(_SECONDS_TO_END)
        if self._greenlets is not None:
            self._greenlets.end()  # who has an answer gives it, and who still waits is told that there will be none
            self._finish_all()
            self._act(0.0)
        with self._waking:
            self._is_closed = True
            os.close(self._wakes)
        for each in list(self._connections.values()):
            each.close()
        self._epoll.close()
        return len(unfinished)


def _descriptors_left(spare: int) -> int:
    """How many connections this process may have."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    used = len(list(Path("/proc/self/fd").iterdir()))
    return max(16, min(limit, 1_000_000) - used - spare)
