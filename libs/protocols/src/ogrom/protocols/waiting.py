"""Waiter: how a call waits, so that the server can serve other requests meanwhile.

A server that runs many requests in one thread provides its own Waiter, which parks the request that waits. Tests,
commands and servers with a thread for each request have nothing else to do in that thread: BLOCKING is for them.

```
found = waiter.run(lambda: slow_query(ctx))  # may block without holding up other requests
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
        """Wait for `end`, and return its value.

        Args:
            deadline: on `time.monotonic()`'s clock; None for as long as it takes.

        Raises:
            TimeoutError: the deadline came first.
        """
        ...

    def end(self, value: Any = None) -> None:
        """End the wait, before or after it has begun; from any thread, and only the first call counts."""
        ...


class Waiter(Protocol):
    """Waits on behalf of the caller; safe in threads."""

    @property
    def parks(self) -> bool:
        """Whether other requests are served in this thread while the caller waits, so that it must not block."""
        ...

    def run(self, call: Callable[[], T], /) -> T:
        """Run a call that may block, and return its result; if the caller parks, in another thread."""
        ...

    def wait(self) -> Wait:
        """A new wait for the caller."""
        ...

    def spawn(self, call: Callable[[], object], /) -> None:
        """Run a call in the background, where it may park; it must not raise.

        If the caller parks, it runs as soon as all other requests wait or have ended; otherwise at once.
        """
        ...

    def readable(self, descriptor: int, deadline: float | None) -> None:
        """Wait until a descriptor can be read; it may return early, so the read must not block.

        Raises:
            TimeoutError: the deadline, on `time.monotonic()`'s clock, came first.
        """
        ...


class _Blocking:
    """Blocks the caller's thread."""

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
    """Wait until a future is done, whichever thread or request completes it.

    Returns:
        Whether it is; False if the deadline, on `time.monotonic()`'s clock, came first.
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
