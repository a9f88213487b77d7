"""Waits: how what a response needs is waited for, by a thread or by a greenlet of the loop."""

import time
from threading import Event
from typing import Any, Protocol


class Wait(Protocol):
    """One wait of one caller."""

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


class ThreadWait:
    """A wait that blocks the thread of the caller."""

    def __init__(self) -> None:
        """It has not ended."""
        self._ended = Event()
        self._given: list[Any] = []

    def until(self, deadline: float | None) -> Any:
        """Wait for `end`, and give back what it was given."""
        if not self._ended.wait(None if deadline is None else max(0.0, deadline - time.monotonic())):
            raise TimeoutError
        return self._given[0]

    def end(self, value: Any = None) -> None:
        """End the wait."""
        self._given.append(value)
        self._ended.set()
