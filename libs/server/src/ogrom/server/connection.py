"""A connection: from its bytes to a request that is handed on, and from a response to its bytes.

The loop's thread reads, closes, and sends what is left over; the thread that answers sends what the client takes at
once. One request is under way at a time. The next one, though it may have been received already, begins when the kernel
has the response to this one, so that what waits in memory is bounded.
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
from threading import Condition
from typing import Protocol

from .environ import Withheld, environ_of
from .limits import Budget, Limits
from .proxies import Proxies, ignore_forwarded
from .refusal import Refusal, plainly
from .request import Head, RequestReader, State
from .response import Application, ClientLeft, Environ, Fields, Response

log = logging.getLogger("ogrom.server")

_RECEIVE = 65536
_LINGER_SECONDS = 2.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_NEVER = float("inf")

# Who connects has something to ask, and a round trip is shorter than that.
_SECONDS_TO_ASK = 1.0

_BUSY = Refusal(503, "The server holds as much content as it can; come again later.", retry_after=1)
_UNREAD = Head("GET", "", "", "", "1.1", {}, 0, expects_continue=False, keeps_alive=False)
_SLOW = Refusal(408, "The request took too long to arrive; send it faster.")
_FAILED = Refusal(500, "The server has made a mistake; it is logged.")


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
    refuse: Callable[[Refusal, Environ], tuple[Fields, bytes]]
    content_limit: Callable[[Environ], int] | None
    proxies: Proxies | None
    contents: Budget
    responses: Budget
    base_environ: Environ
    is_draining: bool

    def watch(self, descriptor: int, events: int) -> None:
        """Have `Connection.handle` called once one of these events of epoll happens; any thread may call it."""
        ...

    def dispatch(self, connection: "Connection") -> None:
        """Have `Connection.service` called by another thread, or `Connection.refuse`."""
        ...

    def forget(self, connection: "Connection") -> None:
        """The connection is about to be closed."""
        ...


class Connection:
    """One client's connection; the loop's thread owns it.

    Attributes:
        phase: what it does.
        since: when that began, of `time.monotonic()`.
        deadline: when `expire` is to be called.
        head: of the request that is under way.
        arrived: when that had been received.
        give_up: when it is to be refused if it still waits for a thread.
    """

    def __init__(self, owner: Owner, sock: socket.socket, address: tuple[str, int]) -> None:
        """Wait for a first request.

        Args:
            owner: the server.
            sock: does not block.
            address: the client's; the port is 0 where there is none.
        """
        self._owner = owner
        self._socket = sock
        self._address = address
        self.descriptor = sock.fileno()
        self._reader = RequestReader(owner.limits)
        self._changing = Condition()
        self._out: deque[memoryview] = deque()
        self._waiting = 0
        self._sent = 0
        self._is_broken = False
        self._closes = False
        self._is_withheld = False
        self._content: list[bytes] = []
        self._held = 0
        self.head: Head | None = None
        self.environ: Environ = {}
        self.arrived = 0.0
        self.give_up = _NEVER
        self.phase = Phase.NEW
        self.since = time.monotonic()
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
    def is_sending(self) -> bool:
        """Whether some of a response waits for the client."""
        return self._waiting > 0

    # What the loop's thread calls.

    def handle(self, events: int) -> None:
        """Read or send; called when the kernel says that it can be done."""
        try:
            if self.phase in {Phase.RESPONSE, Phase.ANSWERING}:
                self._flush()
            elif self.phase is Phase.LINGERING:
                self._throw_away()
            elif data := self._socket.recv(_RECEIVE):
                self._reader.receive(data)
                self._advance()
            else:
                self.close()
        except BlockingIOError:
            self._watch(select.EPOLLIN)
        except OSError:
            self.close()
        except Exception:  # of a function that the server was given
            log.exception("a request could not be handed on")
            self.close()

    def refuse(self, refusal: Refusal) -> None:
        """Answer instead of the application, and close behind it unless the whole request has been received."""
        head = self.head or _UNREAD
        self._closes = self._closes or self._reader.state is not State.COMPLETE
        fields, content = self._refused(refusal)
        response = Response(head, self._keep, self._is_last)
        response.start(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", fields)
        response.answer(lambda *_: [content], {})
        self._end(closes=response.closes)

    def expire(self) -> None:
        """End what has taken too long."""
        if self.phase is Phase.REQUEST:
            self._enter(Phase.ANSWERING, _NEVER)
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
            self._enter(Phase.CLOSED, _NEVER)
            self._owner.responses.give_back(self._waiting)
            self._out.clear()
            self._waiting = 0
            self._changing.notify_all()
        self._release_content()

    def _advance(self) -> None:
        """Go on with what has been received."""
        reader = self._reader
        while (event := reader.next()) is not None:
            if isinstance(event, Refusal):
                self._enter(Phase.ANSWERING, _NEVER)
                self.refuse(event)
                return
            if isinstance(event, Head):
                self._begin(event)
            elif not self._takes(event):
                self._enter(Phase.ANSWERING, _NEVER)
                self.refuse(_BUSY)
                return
            if self._is_withheld:
                break
        if self._is_withheld or reader.state is State.COMPLETE:
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
        if head.expects_continue and not self._is_withheld and not self._reader.has_more:
            self._try(_CONTINUE)

    def _takes(self, data: bytes) -> bool:
        """Keep content, unless that of all connections is too much."""
        self._content.append(data)
        self._held += len(data)
        self._owner.contents.take(len(data))
        return not self._owner.contents.excess

    def _hand_on(self) -> None:
        environ, head = self.environ, self.head
        assert head is not None
        content = b"".join(self._content)
        self._content.clear()
        environ["wsgi.input"] = Withheld() if self._is_withheld else io.BytesIO(content)
        if head.content_length is None and not self._is_withheld:
            environ["CONTENT_LENGTH"] = str(len(content))
            del environ["HTTP_TRANSFER_ENCODING"]  # which was for the server
        self._closes = self._is_withheld
        self.arrived = time.monotonic()
        self._enter(Phase.ANSWERING, _NEVER)
        self._owner.dispatch(self)

    def _await_more(self) -> None:
        limits, now = self._owner.limits, time.monotonic()
        if self.phase is not Phase.REQUEST and self._reader.has_begun:
            self.phase, self.since = Phase.REQUEST, now
        if self.phase is Phase.REQUEST:
            self.deadline = self.since + limits.header_seconds
            if self._reader.state is not State.HEAD:
                self.deadline += limits.patience + self._reader.content_bytes / limits.least_rate
        self._watch(select.EPOLLIN)

    def _flush(self) -> None:
        """Send what is left over, and go on when it is gone."""
        with self._changing:
            while self._out and not self._is_broken:
                part = self._out[0]
                sent = self._try(part)
                self._count(-sent)
                self._sent += sent
                if sent < len(part):
                    self._out[0] = part[sent:]
                    break
                self._out.popleft()
            self._changing.notify_all()
            if self._is_broken:
                self._out.clear()
            elif self._out:
                self._expect_progress()
                self._watch(select.EPOLLOUT)
                return
            else:
                self._sent = 0
            if self.phase is Phase.ANSWERING and not self._is_broken:
                self.deadline = _NEVER
                return
        self._go_on()

    def _go_on(self) -> None:
        """Behind a response: close, or look for the next request."""
        if self._is_broken:
            self.close()
        elif not self._closes:
            self._next()
            self._advance()
        elif self._reader.state is State.COMPLETE and not self._reader.has_more:
            self.close()
        else:
            self._socket.shutdown(socket.SHUT_WR)
            self._enter(Phase.LINGERING, _LINGER_SECONDS)
            self._watch(select.EPOLLIN)

    def _throw_away(self) -> None:
        if self._socket.recv(_RECEIVE):
            self._watch(select.EPOLLIN)
        else:
            self.close()

    # What a thread that answers calls.

    def service(self) -> None:
        """Have the application answer."""
        assert self.head is not None
        response = Response(self.head, self.send, self._is_last)
        try:
            response.answer(self._owner.application, self.environ)
        except ClientLeft:
            self._is_broken = True
        except BaseException:  # a thread has no use for SystemExit
            log.exception("the application failed with %s %s", self.head.method, self.head.path)
            if not response.has_begun:
                self.refuse(_FAILED)
                return
            self._is_broken = True
        self._end(closes=response.closes)

    def cancel(self) -> None:
        """Nobody will answer."""
        self._is_broken = True

    def send(self, data: bytes) -> None:
        """Send what the client takes, and keep the rest; wait before that while too much is kept already.

        So who gives its content in one piece, which is in memory anyhow, need not wait at all.

        Raises:
            ClientLeft: the connection is closed, or broken.
        """
        with self._changing:
            while self._waiting > self._owner.limits.response_bytes:  # which closing clears
                self._changing.wait()
            if self.phase is Phase.CLOSED or self._is_broken:
                raise ClientLeft
            sent = 0 if self._out else self._try(data)
            if sent < len(data):
                self._keep(memoryview(data)[sent:])
                self._expect_progress()
                self._watch(select.EPOLLOUT)

    def _end(self, *, closes: bool) -> None:
        """The response is written."""
        self._release_content()
        with self._changing:
            if self.phase is Phase.CLOSED:
                return
            self._closes = self._closes or closes
            if self._out or self._closes or self._is_broken or self._reader.has_more:
                # The loop's thread goes on; that something can be sent is so at once, or when it matters.
                self.phase, self.since = Phase.RESPONSE, time.monotonic()
                self._expect_progress()
                self._watch(select.EPOLLOUT)
            else:
                self._next()
                self._watch(select.EPOLLIN)

    # What both call.

    def _is_last(self) -> bool:
        """Whether the connection is to be closed: while the server drains, none shall be left for another request."""
        return self._closes or (self._owner.is_draining and not self._reader.has_more)

    def _refused(self, refusal: Refusal) -> tuple[Fields, bytes]:
        try:
            return self._owner.refuse(refusal, self.environ or {"REMOTE_ADDR": self._address[0]})
        except Exception:
            log.exception("what tells of refusals has failed")
            return plainly(refusal, self.environ)

    def _next(self) -> None:
        """Expect another request."""
        self._reader.restart()
        self.head, self.environ, self._is_withheld = None, {}, False
        self.give_up = _NEVER
        self._enter(Phase.KEPT, self._owner.limits.idle_seconds)

    def _enter(self, phase: Phase, seconds: float) -> None:
        self.phase, self.since = phase, time.monotonic()
        self.deadline = self.since + seconds

    def _release_content(self) -> None:
        self._owner.contents.give_back(self._held)
        self._held = 0
        self._content.clear()

    def _keep(self, data: bytes | memoryview) -> None:
        with self._changing:
            self._out.append(memoryview(data))
            self._count(len(data))

    def _count(self, number: int) -> None:
        self._waiting += number
        self._owner.responses.take(number)

    def _expect_progress(self) -> None:
        limits = self._owner.limits
        if self._sent == 0:
            self.since = time.monotonic()
        self.deadline = self.since + limits.patience + self._sent / limits.least_rate

    def _try(self, data: bytes | memoryview) -> int:
        """Send as much as the kernel takes now."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self._is_broken = True
            return 0

    def _watch(self, events: int) -> None:
        with self._changing:
            if self.phase is not Phase.CLOSED:
                self._owner.watch(self.descriptor, events)
