"""Waiter: how a call waits, so that whoever serves it can serve others meanwhile.

A server that runs many requests in one thread lends its own, which parks the request that waits. Everything else, be
it a test, a command, or a server with a thread for each request, has nobody else to serve in that thread: BLOCKING.

```
found = waiter.run(lambda: slow_question(ctx))  # may block, and no other request waits for it
```
"""

import select
import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Wait(Protocol):
    """One wait of one call."""

    def until(self, deadline: float | None) -> Any:
        """Wait for `end`, and give back what it was given.

        Args:
            deadline: on `time.monotonic()`'s clock; None for as long as it takes.

        Raises:
            TimeoutError: the deadline came first.
        """
        ...

    def end(self, value: Any = None) -> None:
        """End the wait, before it has begun or after; any thread may, and only the first time counts."""
        ...


class Waiter(Protocol):
    """Waits for whoever calls; safe in threads."""

    @property
    def parks(self) -> bool:
        """Whether others are served in this thread while the caller waits here, so that it must not block it."""
        ...

    def run(self, call: Callable[[], T], /) -> T:
        """What `call` gives back, or raises; it may block. Where the caller parks, a thread runs it, in its context."""
        ...

    def wait(self) -> Wait:
        """A wait of the caller's own."""
        ...

    def spawn(self, call: Callable[[], object], /) -> None:
        """Have a call run for nobody in particular, and able to park; it must not raise.

        Where the caller parks, it runs as soon as every other request waits or has ended; elsewhere at once.
        """
        ...

    def readable(self, descriptor: int, deadline: float | None) -> None:
        """Wait until something can be read; it may come back before, so whoever reads must not block.

        Raises:
            TimeoutError: the deadline, on `time.monotonic()`'s clock, came first.
        """
        ...


class _Blocking:
    """Blocks the caller's thread, which is its own."""

    parks = False

    def run(self, call: Callable[[], T], /) -> T:
        return call()

    def wait(self) -> Wait:
        return _BlockingWait()

    def spawn(self, call: Callable[[], object], /) -> None:
        call()

    def readable(self, descriptor: int, deadline: float | None) -> None:
        poll = select.poll()  # unlike `select`, for descriptors of any number
        poll.register(descriptor, select.POLLIN)
        if not poll.poll(None if deadline is None else 1000 * _left(deadline)):
            raise TimeoutError


class _BlockingWait:
    def __init__(self) -> None:
        self._ended = Event()
        self._given: list[Any] = []

    def until(self, deadline: float | None) -> Any:
        if not self._ended.wait(None if deadline is None else _left(deadline)):
            raise TimeoutError
        return self._given[0]

    def end(self, value: Any = None) -> None:
        self._given.append(value)
        self._ended.set()


BLOCKING: Waiter = _Blocking()


def settled(future: "Future[Any]", waiter: Waiter, deadline: float | None) -> bool:
    """Wait until a future is done, whichever thread or request does it.

    Returns:
        Whether it is; False where the deadline, on `time.monotonic()`'s clock, came first.
    """
    if not future.done():
        wait = waiter.wait()
        future.add_done_callback(wait.end)
        try:
            wait.until(deadline)
        except TimeoutError:
            return future.done()
    return True


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
