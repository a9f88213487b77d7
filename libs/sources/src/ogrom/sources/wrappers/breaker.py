"""Breaker: a circuit breaker, which leaves a failing source alone for a while."""

import logging
import threading
import time
from collections.abc import Callable

from ogrom.protocols.errors import Unavailable

_log = logging.getLogger(__name__)


class CircuitOpen(Unavailable):
    """The source was not called, because it has failed too often; the next call is tried in `retry_after`."""


class Breaker:
    """Owns what is known of the health of one store; safe in threads.

    Closed, it lets every call through. After so many failures in a row it opens: calls are refused. After
    its rest it is half open, and a probe decides: a question of its own, asked beside the next call, or where it
    has none that call itself. A probe that does not return holds nobody up: after another rest there is the next.
    What calls from before a change of state come back with is not heard.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = 5,
        rest: float = 10.0,
        probe: Callable[[], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A closed breaker.

        Args:
            name: what it guards, for the log.
            failures: how many in a row open it.
            rest: how long it is open before a probe, in seconds.
            probe: asks the store something within a deadline, and raises where it does not answer; called in a thread
                of its own. Without one a client's call decides, which may be one that fails for its own sake.
            clock: the time in seconds.
        """
        self._name = name
        self._limit = failures
        self._rest = rest
        self._probe = probe
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at: float | None = None
        self._round = 0

    @property
    def closed(self) -> bool:
        """Whether every call is let through."""
        with self._lock:
            return self._retry_at is None

    def enter(self, source: str) -> int:
        """Ask to make a call.

        Returns:
            A ticket, to be handed back to `succeeded`, `failed` or `undecided`.

        Raises:
            CircuitOpen: the call must not be made now.
        """
        with self._lock:
            if self._retry_at is None:
                return self._round
            now = self._clock()
            if now >= self._retry_at:
                self._round += 1
                self._retry_at = now + self._rest
                if self._probe is None:
                    return self._round
                asked = (self._probe, self._round)
                threading.Thread(target=self._ask, args=asked, name="ogrom-breaker", daemon=True).start()
            retry_after = self._retry_at - now
        message = (
            f"not called, {self._limit} calls in a row had failed; the next is tried in {retry_after:.1f} s"
        )
        raise CircuitOpen(source, message, retry_after=retry_after)

    def _ask(self, probe: Callable[[], object], ticket: int) -> None:
        try:
            probe()
        except Exception as error:  # noqa: BLE001  # whatever it raises, the store is not well
            _log.info("%s does not answer yet: %s", self._name, error)
            self.failed(ticket)
        else:
            self.succeeded(ticket)

    def succeeded(self, ticket: int) -> None:
        """The call with this ticket got an answer, be it a refusal."""
        with self._lock:
            if ticket != self._round:
                return
            was_open = self._retry_at is not None
            self._failures = 0
            if was_open:
                self._retry_at = None
                self._round += 1
        if was_open:
            _log.warning("%s answers again; its circuit breaker is closed", self._name)

    def failed(self, ticket: int) -> None:
        """The source did not answer the call with this ticket."""
        with self._lock:
            if ticket != self._round:
                return
            was_closed = self._retry_at is None
            self._failures += was_closed
            opens = was_closed and self._failures >= self._limit
            if opens:
                self._round += 1
            if opens or not was_closed:
                self._retry_at = self._clock() + self._rest
        if opens:
            _log.warning(
                "%s failed %d times in a row; its circuit breaker is open, a call is tried in %.1f s",
                self._name,
                self._limit,
                self._rest,
            )

    def undecided(self, ticket: int) -> None:
        """The call with this ticket was broken off by ourselves; if it was the probe, the next call is one."""
        with self._lock:
            if ticket == self._round and self._retry_at is not None:
                self._retry_at = self._clock()
