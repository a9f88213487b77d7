"""Greenlets: many requests in the loop's one thread, each of which can wait while the others go on.

Who has to wait is parked: the loop's thread leaves the greenlet, goes on elsewhere, and comes back when the wait has
ended. What would block the thread itself is run by a thread of the request's lane meanwhile. Greenlets are kept for the
next requests, since a new one costs eight times a switch (docs/decisions/one-loop.md has the figures).
"""

import logging
import select
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from threading import get_ident
from typing import Any, Protocol, TypeVar

from greenlet import GreenletExit, getcurrent, greenlet  # type: ignore[import-untyped]

from .refusal import Refusal, RefusalType
from .waits import ThreadWait, Wait

log = logging.getLogger("ogrom.server")
T = TypeVar("T")

_NEVER = float("inf")
_KEPT = 256  # greenlets without a request, of some kilobytes each
_LATE = object()
_STOPPED = Refusal(
    503,
    "The server stopped before it had answered. Send the request again if it only reads; otherwise look first "
    "whether it has been carried out.",
    retry_after=1,
    type=RefusalType.SERVER_STOPPED,
)


class Refused(BaseException):
    """Ends a request that the server refuses while the application answers it; no mistake of the application's.

    Attributes:
        refusal: what the client is told, unless the response has begun.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class Job(Protocol):
    """What a greenlet does for a request."""

    @property
    def give_up(self) -> float:
        """When it, or a call of it, is refused if it still waits for a thread, of `time.monotonic()`."""
        ...

    def service(self) -> None:
        """Do it; must not raise."""
        ...


class Task(Job, Protocol):
    """What a thread does."""

    def refuse(self, refusal: Refusal) -> None:
        """It is not done."""
        ...

    def cancel(self) -> None:
        """Nobody will do it."""
        ...


class Threads(Protocol):
    """Some threads, and a queue before them."""

    def take(self, task: Task) -> None:
        """Have a thread do it, or refuse it."""
        ...


class Greenlets:
    """Owns the greenlets of a loop, and fits the Waiter of the application that runs in them.

    The loop's thread calls everything; what any other may call says so.

    Attributes:
        begun: how many requests have begun and have not ended; any thread may ask.
        offloaded: how many calls a thread was asked to run; any thread may ask.
    """

    def __init__(self) -> None:
        """There is no loop yet, so nobody parks."""
        self._thread = 0
        self._wake: Callable[[], object] = lambda: None
        self._watch: Callable[[int], object] = lambda _: None
        self._idle: list[_Greenlet] = []
        self.begun = 0
        self._due: deque[_ParkedWait] = deque()
        self._spawned: deque[tuple[Callable[[], object], Threads, float]] = deque()
        self._ended_elsewhere: deque[tuple[_ParkedWait, Any]] = deque()
        self._parked: set[_ParkedWait] = set()
        self._readers: dict[int, _ParkedWait] = {}
        self._next_deadline = _NEVER
        self.offloaded = 0

    # What the application calls, in any thread.

    @property
    def parks(self) -> bool:
        """Whether the caller is in one of the greenlets, so that it must not block their thread."""
        return get_ident() == self._thread and getcurrent() is not self._hub

    def run(self, call: Callable[[], T], /) -> T:
        """What `call` gives back, or raises. Where the caller parks, a thread runs it, in a copy of its context.

        Raises:
            Refused: too many wait for a thread already, or none became free in time.
        """
        if not self.parks:
            return call()
        here: Any = getcurrent()
        wait = self.wait()
        self.offloaded += 1
        here.threads.take(_Work(call, copy_context(), wait, here.give_up))
        value, error = wait.until(None)
        if error is not None:
            try:
                raise error
            finally:
                del error  # its traceback has this frame
        found: T = value
        return found

    def wait(self) -> Wait:
        """A wait of the caller's own."""
        return _ParkedWait(self, getcurrent()) if self.parks else ThreadWait()

    def spawn(self, call: Callable[[], object], /) -> None:
        """Have a call run in a greenlet of its own once no other can go on; where the caller does not park, at once.

        What blocks in it uses the threads of the caller, within the patience of the request that has spawned it; what
        such a call spawns itself is for others, and has nobody's.
        """
        if self.parks:
            here: Any = getcurrent()
            self._spawned.append((call, here.threads, here.give_up if here.is_request else _NEVER))
        else:
            call()

    def readable(self, descriptor: int, deadline: float | None) -> None:
        """Wait until something can be read; it may come back before.

        Raises:
            TimeoutError: the deadline, on `time.monotonic()`'s clock, came first.
            RuntimeError: another one waits for the same.
        """
        if not self.parks:
            poll = select.poll()  # unlike `select`, for descriptors of any number
            poll.register(descriptor, select.POLLIN)
            if not poll.poll(None if deadline is None else 1000 * max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            return
        wait = _ParkedWait(self, getcurrent())
        if self._readers.setdefault(descriptor, wait) is not wait:
            raise RuntimeError("another request already waits for this descriptor")
        try:
            self._watch(descriptor)
            wait.until(deadline)
        finally:
            del self._readers[descriptor]

    # What the loop calls.

    def begin(self, wake: Callable[[], object], watch: Callable[[int], object]) -> None:
        """Belong to the loop of this thread.

        Args:
            wake: has the loop take its next turn at once; any thread may call it.
            watch: has the loop call `can_read` once there is something to be read from a descriptor.
        """
        self._thread, self._hub = get_ident(), getcurrent()
        self._wake, self._watch = wake, watch

    @property
    def parked(self) -> int:
        """How many waits have not ended; any thread may ask."""
        return len(self._parked)

    @property
    def is_busy(self) -> bool:
        """Whether some greenlet can go on."""
        return bool(self._due or self._ended_elsewhere or self._spawned)

    @property
    def next_deadline(self) -> float:
        """When `go_on` is to be called at the latest, of `time.monotonic()`."""
        return self._next_deadline

    def start(self, job: Job, threads: Threads) -> None:
        """Begin with a request, until it waits or ends; `threads` are for its calls that block."""
        self.begun += 1
        self._start(job.service, threads, job.give_up, is_request=True)

    def can_read(self, descriptor: int) -> bool:
        """End the wait for something to be read; whether there was one. Any thread may call it."""
        wait = self._readers.get(descriptor)
        if wait is not None:
            wait.end()
        return wait is not None

    def go_on(self, until: float = _NEVER) -> None:
        """Let all go on whose wait has ended, and what they have spawned, until a moment of `time.monotonic()`."""
        # First, so that who is answered at a deadline hears that, and not that it is late.
        self._resume(until)
        self._expire()
        while self.is_busy:
            self._resume(until)
            if self._spawned and not self._ended_elsewhere:
                self._start(*self._spawned.popleft(), is_request=False)
            if time.monotonic() >= until:
                return

    def end(self) -> None:
        """End all greenlets, whatever they wait for, and those that wait for them; again, it does nothing."""
        if not self._thread:
            return
        while self._parked or self.is_busy:
            self.go_on()
            if self._parked:
                self._parked.pop().abandon()
        for each in self._idle:
            each.throw(GreenletExit)
        self._idle.clear()
        self._thread = 0

    # What waits call.

    def park(self, wait: "_ParkedWait") -> None:
        """Leave the caller's greenlet until its wait is over."""
        self._parked.add(wait)
        self._next_deadline = min(self._next_deadline, wait.deadline)
        self._hub.switch()

    def end_elsewhere(self, wait: "_ParkedWait", value: Any) -> None:
        """End a wait of the loop's from another thread."""
        self._ended_elsewhere.append((wait, value))
        self._wake()

    def is_here(self) -> bool:
        """Whether this is the loop's thread."""
        return get_ident() == self._thread

    def make_due(self, wait: "_ParkedWait") -> None:
        """Have a greenlet go on."""
        self._parked.discard(wait)
        self._due.append(wait)

    def _resume(self, until: float) -> None:
        while self._ended_elsewhere:
            wait, value = self._ended_elsewhere.popleft()
            wait.end(value)
        while self._due:
            self._due.popleft().go_on()
            if time.monotonic() >= until:
                return

    def _expire(self) -> None:
        if (now := time.monotonic()) >= self._next_deadline:
            for each in [each for each in self._parked if each.deadline <= now]:
                each.end(_LATE)
            self._next_deadline = min((each.deadline for each in self._parked), default=_NEVER)

    def _start(
        self, call: Callable[[], object], threads: Threads, give_up: float, *, is_request: bool
    ) -> None:
        found = self._idle.pop() if self._idle else _Greenlet(self._work)
        found.threads, found.give_up, found.is_request = threads, give_up, is_request
        found.gr_context = Context()  # a kept one has that of the request before
        found.switch(call, is_request)

    def _work(self, call: Callable[[], object], is_request: bool) -> None:
        here: Any = getcurrent()
        while True:
            try:
                call()
            except Refused:
                pass  # nobody is left to be told
            except BaseException:  # a loop has no use for SystemExit
                log.exception("a greenlet failed")
            self.begun -= is_request
            if len(self._idle) >= _KEPT:
                return
            self._idle.append(here)
            del call  # which has its request
            call, is_request = self._hub.switch()


class _Greenlet(greenlet):  # type: ignore[misc]  # untyped
    """One that requests run in, with what the current one's calls that block may use."""

    threads: Threads
    give_up: float
    is_request: bool


class _ParkedWait:
    """A wait of a greenlet, ended once."""

    def __init__(self, owner: Greenlets, waits: greenlet) -> None:
        self._owner = owner
        self._greenlet = waits
        self._is_parked = self._has_ended = False
        self._value: Any = None
        self.deadline = _NEVER

    def until(self, deadline: float | None) -> Any:
        if deadline is not None:
            self.deadline = deadline
        if not self._has_ended:
            self._is_parked = True
            self._owner.park(self)
            self._is_parked = False
        if self._value is _LATE:
            raise TimeoutError
        return self._value

    def end(self, value: Any = None) -> None:
        if self._has_ended:
            return
        if not self._owner.is_here():
            self._owner.end_elsewhere(self, value)
        else:
            self._has_ended, self._value = True, value
            if self._is_parked:
                self._owner.make_due(self)

    def go_on(self) -> None:
        self._greenlet.switch()

    def abandon(self) -> None:
        self._has_ended = True
        self._greenlet.throw(Refused(_STOPPED))


class _Work:
    """A call that a thread runs for a greenlet."""

    def __init__(self, call: Callable[[], Any], context: Context, wait: Wait, give_up: float) -> None:
        self._call = call
        self._context = context
        self._wait = wait
        self.give_up = give_up

    def service(self) -> None:
        outcome: tuple[Any, BaseException | None]
        try:
            outcome = self._context.run(self._call), None
        except BaseException as error:  # noqa: BLE001 - raised where it was called
            outcome = None, error
        self._wait.end(outcome)
        del outcome  # an error's traceback has this frame

    def refuse(self, refusal: Refusal) -> None:
        self._wait.end((None, Refused(refusal)))

    def cancel(self) -> None:
        self.refuse(_STOPPED)
