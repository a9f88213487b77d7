"""A connection: from its bytes to a request that is handed on, and from a response to its bytes.

The loop's thread reads, closes, and sends what is left over; who answers, a thread or a greenlet, sends what the client
takes at once. The kernel tells the loop when something can be read, and is asked for other events only when one has
come that nobody wants now: that spares most requests a system call. One request is under way at a time. The next one,
though it may have been received already, begins when the kernel has the response to this one, so that what waits in
memory is bounded.
"""

import io
import logging
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from http import HTTPStatus
from threading import RLock
from typing import Protocol

from .environ import ARRIVED, Withheld, environ_of
from .greenlets import Refused
from .limits import Budget, Limits
from .proxies import Proxies, ignore_forwarded
from .refusal import Refusal, RefusalType, plainly
from .request import Head, ReaderState, RequestReader
from .response import Application, ClientLeft, Environ, Response, TellRefusal
from .waits import Wait

log = logging.getLogger("ogrom.server")

_PIECE = 65536  # of bytes that are received, or kept, at once
_LINGER_SECONDS = 2.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_NEVER = float("inf")
_NOTHING = select.EPOLLONESHOT  # the kernel tells once that the client has gone, and then no more

# Who connects has something to ask, and a round trip is shorter than that.
_SECONDS_TO_ASK = 1.0

BUSY = Refusal(
    503,
    "The server has no room for more content. Try again in a second.",
    retry_after=1,
    type=RefusalType.OVERLOADED,
)
_UNREAD = Head("GET", "", "", "", "1.1", {}, 0, expects_continue=False, keeps_alive=False)
_SLOW = Refusal(408, "The request took too long to arrive; send it again.", type=RefusalType.REQUEST_TIMEOUT)
_FAILED = Refusal(500, "The application failed to answer; the error is in the server's log.")


class Phase(IntEnum):
    """What a connection does. Where one must go for another's sake, those with the lowest phase go first."""

    REQUEST = 0
    """A request is being received."""
    RESPONSE = 1
    """A response is being sent that the client has not taken at once."""
    LINGERING = 2
    """All is sent, and what still comes is thrown away: closing at once could take the response from the client
    (RFC 9112, 9.6)."""
    NEW = 3
    """Nothing has come yet."""
    KEPT = 4
    """It is between two requests, and the next one may be on its way."""
    ANSWERING = 5
    """A request is being answered."""
    CLOSED = 6


class Owner(Protocol):
    """What a connection needs of the server that it belongs to."""

    limits: Limits
    application: Application
    refuse: TellRefusal
    content_limit: Callable[[Environ], int] | None
    proxies: Proxies | None
    contents: Budget
    responses: Budget
    base_environ: Environ
    is_draining: bool

    def watch(self, descriptor: int, events: int) -> None:
        """Have `Connection.handle` called whenever one of these events of epoll happens; any thread may call it."""
        ...

    def wait(self) -> Wait:
        """A wait of the caller's, be it a thread or a greenlet."""
        ...

    def dispatch(self, connection: "Connection") -> None:
        """Have `Connection.service` called by a thread or a greenlet, or `Connection.refuse`."""
        ...

    def finish(self, connection: "Connection") -> None:
        """Have `Connection.finish` called, now or with others."""
        ...

    def free_content(self) -> None:
        """Refuse those who send their content the slowest, until that of all is within its limit."""
        ...

    def forget(self, connection: "Connection") -> None:
        """The connection is about to be closed."""
        ...


class Connection:
    """One client's connection; the loop's thread owns it.

    Attributes:
        phase: what it does.
        since: when that began, of `time.monotonic()`; of a request, when its content did, once there is some.
        progressed: when the client last took some of a response that waited for it.
        deadline: when `expire` is to be called.
        head: of the request that is under way.
        arrived: when that had been received.
        give_up: when it is to be refused if it still waits for a thread.
    """

    def __init__(self, owner: Owner, sock: socket.socket, address: tuple[str, int]) -> None:
        """Wait for a first request, on a socket that does not block, of a client whose port is 0 where it has none."""
        self._owner = owner
        self._socket = sock
        self._address = address
        self.descriptor = sock.fileno()
        self._reader = RequestReader(owner.limits)
        self._changing = RLock()
        self._events: int = select.EPOLLIN
        self._room: Wait | None = None
        self._out: deque[memoryview | bytearray] = deque()
        self._rest = b""
        self._waiting = 0
        self._moved = 0
        self._is_broken = False
        self._closes = False
        self._is_withheld = False
        self._content = io.BytesIO()
        self._held = 0
        self.head: Head | None = None
        self.environ: Environ = {}
        self.arrived = 0.0
        self.give_up = _NEVER
        self.phase = Phase.NEW
        self.since = self.progressed = time.monotonic()
        self.deadline = self.since + owner.limits.new_seconds

    @property
    def is_unfinished(self) -> bool:
        """Whether the client waits for an answer, or we for the rest of a request."""
        return self.phase in {Phase.REQUEST, Phase.RESPONSE, Phase.ANSWERING}

    @property
    def may_ask(self) -> bool:
        """Whether the client has just connected, so that its first request may be on its way."""
        return self.phase is Phase.NEW and time.monotonic() < self.since + _SECONDS_TO_ASK

    @property
    def may_go(self) -> bool:
        """Whether it may be closed for the sake of another one."""
        return self.phase < Phase.ANSWERING and not self.may_ask

    @property
    def is_sending(self) -> bool:
        """Whether some of a response waits for the client."""
        return self._waiting > 0

    @property
    def content_rate(self) -> float:
        """How many bytes of a request's content have come a second.

        Infinite where none is being received, or so short a time that it says nothing.
        """
        seconds = time.monotonic() - self.since
        if self.phase is not Phase.REQUEST or not self._held or seconds < _SECONDS_TO_ASK:
            return _NEVER
        return self._held / seconds

    # What the loop's thread calls.

    def handle(self, events: int) -> None:
        """Read or send; called when the kernel says that it can be done."""
        try:
            if self.phase is Phase.RESPONSE or (self.phase is Phase.ANSWERING and self._out):
                self._flush()
            elif self.phase is Phase.ANSWERING:
                self._ignore()
            elif self.phase is Phase.LINGERING:
                self._throw_away()
            elif data := self._socket.recv(_PIECE):
                self._reader.receive(data)
                self._advance()
            else:
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()
        except Exception:  # of a function that the server was given
            log.exception("a request could not be dispatched")
            self.close()
            self._release_content()

    def refuse(self, refusal: Refusal) -> None:
        """Answer instead of the application, and close behind it unless the whole request has been received."""
        with self._changing:
            if self.phase is not Phase.CLOSED:
                self._enter(Phase.ANSWERING, _NEVER)
        self._closes = self._closes or self._reader.state is not ReaderState.COMPLETE
        try:
            said, closes = self._told(self._owner.refuse, refusal)
        except Exception:
            log.exception("the `refuse` function failed; the refusal is sent as plain text")
            said, closes = self._told(plainly, refusal)
        self._end(said, closes=closes)

    def expire(self) -> None:
        """End what has taken too long, unless it has moved as fast as it has to."""
        limits = self._owner.limits
        if self._moved and self._moved >= limits.patience * limits.least_rate:
            self._measure_anew()
        elif self.phase is Phase.REQUEST:
            self.refuse(_SLOW)
        else:
            self.close()

    def close(self) -> None:
        """Close it at once; a thread that answers is told when it sends."""
        with self._changing:
            if self.phase is Phase.CLOSED:
                return
            self._owner.forget(self)
            self._socket.close()
            is_answering = self.phase is Phase.ANSWERING
            self._enter(Phase.CLOSED, _NEVER)
            self._owner.responses.give_back(self._waiting)
            self._out.clear()
            self._waiting = 0
            self._make_room()
        if not is_answering:  # else the application still has it
            self._release_content()

    def _advance(self) -> None:
        """Go on with what has been received."""
        reader = self._reader
        while (event := reader.next()) is not None:
            if isinstance(event, Refusal):
                self.refuse(event)
                return
            if isinstance(event, Head):
                self._begin(event)
            else:
                self._take(event)
                if self.phase is not Phase.REQUEST:
                    return
            if self._is_withheld:
                break
        if self._is_withheld or reader.state is ReaderState.COMPLETE:
            self._hand_on()
        else:
            self._await_more()

    def _begin(self, head: Head) -> None:
        """See what the header says, before any content is read."""
        self.head = head
        self.environ = environ_of(head, self._owner.base_environ, self._address)
        (ignore_forwarded if self._owner.proxies is None else self._owner.proxies.apply)(self.environ)
        if head.content_length == 0:
            return
        decide = self._owner.content_limit
        if decide is not None:
            limit = decide(self.environ)
            self._reader.content_limit = limit
            # The application answers by the header: with a 401, 404, 405 or 413.
            self._is_withheld = limit == 0 if head.content_length is None else limit < head.content_length
        self._enter(Phase.REQUEST, 0.0)
        self._measure_anew()
        is_awaited = head.expects_continue and not self._is_withheld and not self._reader.has_more
        if is_awaited and 0 < self._try(_CONTINUE) < len(_CONTINUE):
            raise ConnectionError("only a part of the 100 was sent, so no response can follow it")

    def _take(self, data: bytes) -> None:
        """Keep content; where that of all connections is too much, the slowest are refused, and perhaps this one."""
        self._content.write(data)
        self._held += len(data)
        self._moved += len(data)
        self._owner.contents.take(len(data))
        if self._owner.contents.excess:
            self._owner.free_content()
            if self._owner.contents.excess:
                self.refuse(BUSY)

    def _hand_on(self) -> None:
        environ, head = self.environ, self.head
        assert head is not None
        self._content.seek(0)
        environ["wsgi.input"] = Withheld() if self._is_withheld else self._content
        if head.content_length is None and not self._is_withheld:
            environ["CONTENT_LENGTH"] = str(self._held)
            del environ["HTTP_TRANSFER_ENCODING"]  # which was for the server
        self._closes = self._is_withheld
        self.arrived = environ[ARRIVED] = time.monotonic()
        self._enter(Phase.ANSWERING, _NEVER)
        self._owner.dispatch(self)

    def _ignore(self) -> None:
        """Hear no more of what cannot be handled until the request has been answered."""
        with self._changing:
            if self.phase is Phase.ANSWERING and not self._out:
                self._watch(_NOTHING)

    def _await_more(self) -> None:
        if self.phase is not Phase.REQUEST and self._reader.has_begun:
            self._enter(Phase.REQUEST, self._owner.limits.header_seconds)
        self._watch(select.EPOLLIN)

    def _flush(self) -> None:
        """Send what is left over, and go on when it is gone."""
        with self._changing:
            while self._out and not self._is_broken:
                part = self._out[0]
                sent = self._try(part)
                self._count(-sent)
                self._moved += sent
                if sent:
                    self.progressed = time.monotonic()
                if sent < len(part):
                    self._out[0] = part[sent:]
                    break
                self._out.popleft()
            self._make_room()
            if self._is_broken:
                self._out.clear()
            elif self._out:
                self._watch(select.EPOLLOUT)
                return
            if self.phase is Phase.ANSWERING and not self._is_broken:
                self.deadline = _NEVER
                self._watch(_NOTHING)
                return
        self._go_on()

    def _go_on(self) -> None:
        """Behind a response: close, or look for the next request."""
        if self._is_broken:
            self.close()
        elif not self._closes:
            self._next()
            self._advance()
        else:
            self._socket.shutdown(socket.SHUT_WR)
            self._enter(Phase.LINGERING, _LINGER_SECONDS)
            self._watch(select.EPOLLIN)
            self._throw_away()

    def _throw_away(self) -> None:
        if not self._socket.recv(_PIECE):
            self.close()

    # What a thread or a greenlet that answers calls.

    def service(self) -> None:
        """Have the application answer."""
        assert self.head is not None
        response = Response(self.head, self.send, self._is_last)
        try:
            response.answer(self._owner.application, self.environ)
        except ClientLeft:
            self._is_broken = True
        except BaseException as error:  # a thread has no use for SystemExit
            refusal = error.refusal if isinstance(error, Refused) else _FAILED
            if refusal is _FAILED:
                log.exception("the application failed with %s %s", self.head.method, self.head.path)
            if not response.has_begun:
                self.refuse(refusal)
                return
            self._is_broken = True
        self._end(response.rest, closes=response.closes)

    def cancel(self) -> None:
        """Nobody will answer."""
        self._is_broken = True

    def send(self, data: bytes) -> None:
        """Send what the client takes, and keep the rest; wait before that while too much is kept already.

        So who gives its content in one piece, which is in memory anyhow, need not wait at all.

        Raises:
            ClientLeft: the connection is closed, or broken.
        """
        while (wait := self._sent(data)) is not None:
            wait.until(None)  # who takes it too slowly is closed

    def _sent(self, data: bytes) -> Wait | None:
        """Send or keep it; what to wait for where there is no room for it, None where there was."""
        with self._changing:
            if self._is_full():
                self._room = self._owner.wait()
                return self._room
            if self.phase is Phase.CLOSED or self._is_broken:
                raise ClientLeft
            sent = 0 if self._out else self._try(data)
            if sent < len(data):
                self._keep(memoryview(data)[sent:])
                self._watch(select.EPOLLOUT)
        return None

    def _make_room(self) -> None:
        """Let whoever waits for room go on, if there is some."""
        if self._room is not None and not self._is_full():
            wait, self._room = self._room, None
            wait.end()

    def _is_full(self) -> bool:
        """Whether no more can be kept; a connection that is closed or broken keeps nothing."""
        return self._waiting > self._owner.limits.response_bytes and not self._is_broken

    def _end(self, rest: bytes, *, closes: bool) -> None:
        """The response is written, and sent but for the rest."""
        self._release_content()
        self._closes = self._closes or closes
        self._rest = rest
        self._owner.finish(self)

    def finish(self) -> None:
        """Send the rest of the response, or keep what the client does not take yet; then expect another request."""
        with self._changing:
            rest, self._rest = self._rest, b""
            if self.phase is Phase.CLOSED:
                return
            sent = 0 if self._out or self._is_broken else self._try(rest)
            if sent < len(rest):
                self._keep(memoryview(rest)[sent:])
            if self._out or self._closes or self._is_broken or self._reader.has_more:
                # The loop's thread goes on; that something can be sent is so at once, or when it matters.
                self.phase, self.since = Phase.RESPONSE, time.monotonic()
                if not self._out:
                    self._measure_anew()
                self._watch(select.EPOLLOUT)
            else:
                self._next()
                self._watch(select.EPOLLIN)

    # What both call.

    def _is_last(self) -> bool:
        """Whether the connection is to be closed: while the server drains, none shall be left for another request."""
        return self._closes or (self._owner.is_draining and not self._reader.has_more)

    def _told(self, tell: TellRefusal, refusal: Refusal) -> tuple[bytes, bool]:
        """A response that tells of a refusal, and whether the connection is to be closed behind it."""
        fields, content = tell(refusal, self.environ or {"REMOTE_ADDR": self._address[0]})
        parts: list[bytes] = []
        response = Response(self.head or _UNREAD, parts.append, self._is_last)
        response.start(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", fields)
        response.answer(lambda *_: [content], {})
        return b"".join((*parts, response.rest)), response.closes

    def _next(self) -> None:
        """Expect another request."""
        self._reader.restart()
        self.head, self.environ, self._is_withheld = None, {}, False
        self.give_up = _NEVER
        self._enter(Phase.KEPT, self._owner.limits.idle_seconds)

    def _enter(self, phase: Phase, seconds: float) -> None:
        self.phase, self.since, self._moved = phase, time.monotonic(), 0
        self.deadline = self.since + seconds

    def _measure_anew(self) -> None:
        """Give it `patience` for what has to move in that time."""
        self._moved, self.deadline = 0, time.monotonic() + self._owner.limits.patience

    def _release_content(self) -> None:
        if self._held:
            with self._changing:
                held, self._held = self._held, 0
            self._owner.contents.give_back(held)
        self._content, self.environ = io.BytesIO(), {}

    def _keep(self, data: bytes | memoryview) -> None:
        """Have data wait for the client; many small pieces as few, since each takes more memory than it holds."""
        with self._changing:
            if self.phase is Phase.CLOSED:
                return
            last = self._out[-1] if self._out else None
            if last is None:
                self.progressed = time.monotonic()
                self._measure_anew()
            if isinstance(last, bytearray) and len(last) + len(data) <= _PIECE:
                last += data
            else:
                self._out.append(bytearray(data) if len(data) < _PIECE else memoryview(data))
            self._count(len(data))

    def _count(self, number: int) -> None:
        self._waiting += number
        self._owner.responses.take(number)

    def _try(self, data: bytes | memoryview | bytearray) -> int:
        """Send as much as the kernel takes now."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._is_broken = True
            return 0

    def _watch(self, events: int) -> None:
        if events == self._events:
            return
        with self._changing:
            if self.phase is not Phase.CLOSED:
                self._events = events
                self._owner.watch(self.descriptor, events)
