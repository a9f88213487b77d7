"""Dispatch: which thread answers a request, and who is told to come again.

Waitress has one queue without an end for everything: under overload a request would wait until nobody wants its
answer any more, and a balancer's health check behind it, so that servers that work would be taken out. Here the
queue is bounded, nobody waits in it beyond a deadline, and health has threads of its own.
"""

import time
from collections import deque
from typing import Any

from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]

from .callers import TIME_LEFT, seconds_left
from .health import HEALTH, LIVE
from .refusals import Refusal

FULL = Refusal("Too many requests wait already; come again after the seconds in Retry-After.")
LATE = Refusal(
    "No thread became free within the request's deadline; come again after the seconds in Retry-After."
)

_TIME_LEFT = TIME_LEFT.upper().replace("-", "_")
_HEALTH_THREADS = 2


class Lane(ThreadedTaskDispatcher):  # type: ignore[misc]  # untyped
    """Threads, and the queue before them."""

    queue: deque[Any]

    def __init__(self, threads: int) -> None:
        """Start the threads."""
        super().__init__()
        self.set_thread_count(threads)

    def add_task(self, task: Any) -> None:
        """Let a channel have its first request answered; Waitress would warn of each that waits."""
        with self.lock:
            self._add(task)

    def has_taken(self, task: Any, most: int) -> bool:
        """Add a channel unless `most` wait already, beside those that a thread is about to take."""
        with self.lock:
            idle = len(self.threads) - self.stop_count - self.active_count
            taken = len(self.queue) - idle < most
            if taken:
                self._add(task)
            return bool(taken)

    def _add(self, task: Any) -> None:
        self.queue.append(task)
        self.queue_cv.notify()

    def overdue(self, now: float) -> list[Any]:
        """The channels whose requests' deadlines have passed; they wait no more."""
        with self.lock:
            late = [each for each in self.queue if each.requests[0].deadline <= now]
            for each in late:
                self.queue.remove(each)
            return late

    def busy(self) -> tuple[int, int]:
        """How many requests wait, and how many threads are busy."""
        with self.lock:
            return len(self.queue), self.active_count

    def next_deadline(self) -> float:
        """Of all that wait; infinity where nobody does."""
        with self.lock:
            return min((each.requests[0].deadline for each in self.queue), default=float("inf"))


class Dispatcher:
    """Waitress's task dispatcher, with a lane for each kind of request; owns the threads.

    Only the queue before the application's threads has a bound of its own. The others hold no more than there are
    connections, since a connection waits with one request at a time.
    """

    def __init__(self, *, threads: int, queue: int, timeout: float) -> None:
        """Start the threads.

        Args:
            threads: how many requests the application answers at once.
            queue: how many more may wait for that.
            timeout: the seconds after its arrival at which a request is given up.
        """
        self._queue = queue
        self._timeout = timeout
        self._application = Lane(threads)
        self._health = Lane(_HEALTH_THREADS)  # may wait for the database, for some seconds
        self._prompt = Lane(1)  # waits for nobody

    def add_task(self, channel: Any) -> None:
        """Have a channel's first request answered."""
        request = channel.requests[0]
        if request.refusal or request.path == LIVE:
            self._prompt.add_task(channel)
        elif request.path.startswith(HEALTH):
            self._health.add_task(channel)
        else:
            seconds = seconds_left(request.headers.get(_TIME_LEFT), self._timeout)
            request.deadline = request.arrived + seconds
            if not self._application.has_taken(channel, self._queue):
                self._refuse(channel, FULL)

    def refuse_late(self) -> None:
        """Refuse what has waited until its deadline; to be called at `next_deadline()`."""
        for channel in self._application.overdue(time.monotonic()):
            self._refuse(channel, LATE)

    def busy(self) -> tuple[int, int]:
        """How many requests wait for the application's threads, and how many of those are busy."""
        return self._application.busy()

    def next_deadline(self) -> float:
        """When the next of those who wait is to be refused, of `time.monotonic()`."""
        return self._application.next_deadline()

    def _refuse(self, channel: Any, refusal: Refusal) -> None:
        channel.requests[0].refusal = refusal
        self._prompt.add_task(channel)

    def shutdown(self, timeout: float) -> None:
        """End the threads; those that are busy after some seconds end with the process."""
        lanes: tuple[Any, ...] = (self._prompt, self._health, self._application)
        for lane in lanes:
            lane.set_thread_count(0)
        end = time.monotonic() + timeout
        for lane in lanes:
            lane.shutdown(timeout=max(0.0, end - time.monotonic()))
