"""The dispatcher: which thread answers a request, and who is told to come again.

One queue without an end for everything would let a request wait until nobody wants its answer any more, and a
balancer's health check behind it, so that servers that work would be taken out. Here each kind of request has threads
of its own, a queue may be bounded, and nobody waits in it beyond a deadline.
"""

import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

from .connection import Connection
from .greenlets import Greenlets, Task
from .lanes import Lane
from .refusal import Refusal, RefusalType

FULL = Refusal(
    503,
    "Too many requests are waiting. Try again after as many seconds as Retry-After says.",
    retry_after=1,
    type=RefusalType.OVERLOADED,
)
LATE = Refusal(
    503,
    "No thread became free before the request's deadline. Try again after as many seconds as Retry-After says.",
    retry_after=1,
    type=RefusalType.OVERLOADED,
)
_NEVER = float("inf")


class _Threads(ThreadedTaskDispatcher):  # type: ignore[misc]  # untyped
    """The threads of a lane, and the queue before them."""

    queue: deque[Any]

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self.lane = lane
        self.set_thread_count(lane.threads)

    def take(self, task: Task) -> None:
        """Have a thread do it, or refuse it if too many wait already beside those that a thread is about to take."""
        most = self.lane.queue
        with self.lock:
            idle = len(self.threads) - self.stop_count - self.active_count
            is_full = most is not None and len(self.queue) - idle >= most
            if not is_full:
                # Waitress's own way would warn of each that waits.
                self.queue.append(task)
                self.queue_cv.notify()
        if is_full:
            task.refuse(FULL)

    def overdue(self, now: float) -> list[Task]:
        """Those whose patience is over; they wait no more."""
        if not self.queue:
            return []
        with self.lock:
            late = [each for each in self.queue if each.give_up <= now]
            for each in late:
                self.queue.remove(each)
            return late

    def busy(self) -> tuple[int, int]:
        """How many wait, and how many threads are busy."""
        with self.lock:
            return len(self.queue), self.active_count

    def next_deadline(self) -> float:
        """When the first one's patience is over."""
        if not self.queue:
            return _NEVER
        with self.lock:
            return min((each.give_up for each in self.queue), default=_NEVER)


class Dispatcher:
    """Hands each request to its lane; owns the threads."""

    def __init__(self, lanes: Sequence[Lane], greenlets: Greenlets | None = None, *, most: int = 0) -> None:
        """Start the threads.

        Args:
            lanes: the last one takes what no other does.
            greenlets: of the loop; None where every request is answered by a thread.
            most: how many requests have begun on the loop at once at most.
        """
        self._lanes = [_Threads(each) for each in lanes]
        self._special = self._lanes[:-1]
        self._greenlets = greenlets
        self._most = most
        self._ready: deque[tuple[Connection, _Threads]] = deque()

    def dispatch(self, connection: Connection) -> None:
        """Have the request of a connection answered."""
        environ = connection.environ
        threads = self._lanes[-1]
        for each in self._special:
            if each.lane.takes(environ):
                threads = each
                break
        connection.give_up = connection.arrived + threads.lane.patience(environ)
        if self._greenlets is None or not threads.lane.on_loop(environ):
            threads.take(connection)
        elif self._greenlets.begun + len(self._ready) < self._most:
            self._ready.append((connection, threads))
        else:
            connection.refuse(FULL)

    @property
    def is_ready(self) -> bool:
        """Whether a request waits for its turn on the loop."""
        return bool(self._ready)

    def begin(self, until: float) -> None:
        """Begin with requests that wait for their turn on the loop, until a moment of `time.monotonic()`."""
        assert self._greenlets is not None
        while self._ready:
            try:
                connection, threads = self._ready.popleft()
            except IndexError:
                return  # the standby has refused the last one
            self._greenlets.start(connection, threads)
            if time.monotonic() >= until:
                return

    def refuse_late(self) -> None:
        """Refuse what has waited until its patience was over; to be called at `next_deadline()`."""
        now = time.monotonic()
        for each in tuple(self._ready):
            if each[0].give_up <= now:
                with suppress(ValueError):  # the loop has come back, and begun with it
                    self._ready.remove(each)
                    each[0].refuse(LATE)
        for threads in self._lanes:
            for task in threads.overdue(now):
                task.refuse(LATE)

    def busy(self) -> tuple[int, int]:
        """How many wait for the last lane's threads, and how many of those are busy."""
        return self._lanes[-1].busy()

    def next_deadline(self) -> float:
        """When the next patience is over, of `time.monotonic()`."""
        return min(each.next_deadline() for each in self._lanes)

    def shutdown(self, seconds: float) -> None:
        """End the threads; those that are busy after some seconds end with the process."""
        for each in self._lanes:
            each.set_thread_count(0)
        end = time.monotonic() + seconds
        for each in self._lanes:
            left: Any = max(0.0, end - time.monotonic())
            each.shutdown(timeout=left)
