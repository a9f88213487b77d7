"""Flights: of the calls that want the same at the same time, one is made and the others wait for its answer."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any

from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.protocols.waiting import BLOCKING, Waiter, settled

from ..errors import again
from .wrapper import Call


class Flights:
    """Owns the calls that are under way; safe in threads, and for callers that park."""

    def __init__(self, waiter: Waiter = BLOCKING) -> None:
        """No call is under way.

        Args:
            waiter: of the callers.
        """
        self._waiter = waiter
        self._lock = threading.Lock()
        self._flights: dict[Hashable, Future[Any]] = {}

    def share(self, key: Hashable, call: Call, load: Callable[[], Any]) -> tuple[Any, bool]:
        """What `load` answers, called here or by another that is at it already.

        Where it fails, others than who has called it ask for themselves: it may have been at its own deadline, or the
        cause. Only what is unavailable need not be asked again.

        Returns:
            The answer, and whether it was another's.

        Raises:
            Timeout: the call's own deadline passed while it waited.
            Unavailable: what `load` raised, an exception of its own for each that waited.
            Exception: what `load` raised.
        """
        # A thread must not wait for who parks, who may wait for a thread.
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
                raise again(error)
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
            raise Timeout(
                call.source, f"the deadline passed while {call.name} waited for the same call of another"
            )
        return flight.exception()
