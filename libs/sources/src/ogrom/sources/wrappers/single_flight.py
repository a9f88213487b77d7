"""SingleFlight: of calls that ask for the same at the same time, one is made and the others wait for its answer."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any

from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.protocols.waiting import BLOCKING, Waiter, settled

from .wrapper import Call, copy_of


class SingleFlight:
    """Owns the calls that are in progress; safe in threads, and for callers that park."""

    def __init__(self, waiter: Waiter = BLOCKING) -> None:
        """Start without a call.

        Args:
            waiter: of the callers.
        """
        self._waiter = waiter
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Future[Any]] = {}

    def share(self, key: Hashable, call: Call, load: Callable[[], Any]) -> tuple[Any, bool]:
        """What `load` returns, called here or by a caller who has already begun.

        Where it fails, the callers that waited call it themselves: the first may have reached its own deadline, or be
        the cause. Only an Unavailable store is not asked again.

        Returns:
            The answer, and whether another caller's call gave it.

        Raises:
            Timeout: the call's own deadline passed while it waited.
            Unavailable: `load` raised it; each caller gets an exception of its own.
            Exception: `load` raised it.
        """
        # A thread must not wait for a caller that parks, which may itself wait for a thread.
        key = (key, self._waiter.parks)
        while True:
            mine: Future[Any] = Future()
            with self._lock:
                flight = self._flights.setdefault(key, mine)
            if flight is mine:
                return self._lead(key, mine, load), False
            error = self._outcome(flight, call)
            if error is None:
                return flight.result(), True
            if isinstance(error, Unavailable):
                raise copy_of(error)
            if isinstance(error, Exception) and not isinstance(error, Timeout):
                return load(), False

    def _lead(self, key: Hashable, flight: "Future[Any]", load: Callable[[], Any]) -> Any:
        try:
            answer = load()
        except BaseException as error:
            self._land(key)
            flight.set_exception(error)
            raise
        self._land(key)
        flight.set_result(answer)
        return answer

    def _land(self, key: Hashable) -> None:
        with self._lock:
            del self._flights[key]

    def _outcome(self, flight: "Future[Any]", call: Call) -> BaseException | None:
        deadline = None if call.ctx is None else call.ctx.deadline
        is_done = settled(flight, self._waiter, deadline)
        if not is_done or (call.ctx is not None and call.ctx.remaining() == 0.0):
            raise Timeout(call.source, f"the deadline passed while {call.name} waited for an identical call")
        return flight.exception()
