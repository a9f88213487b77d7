"""Guarded: a source behind a circuit breaker, which leaves it alone while it fails."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from ogrom.protocols.errors import Timeout, Unavailable

from .rules import RULES, Rules
from .wrapper import Call, Wrapper

_log = logging.getLogger(__name__)


class CircuitOpen(Unavailable):
    """The source was not called, because it failed too often; the next attempt is in `retry_after` seconds."""


class Breaker:
    """Owns what is known about the health of one store; safe in threads.

    Closed, it lets every call through. After so many failures in a row it opens and refuses calls. After
    `reset_timeout` it is half open, and a probe decides: a question of its own, asked beside the next call, or that
    call itself. A probe that does not return holds nobody up: after another `reset_timeout` the next one follows. The
    outcome of calls that began before a change of state is ignored.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = 5,
        reset_timeout: float = 10.0,
        probe: Callable[[], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A closed breaker.

        Args:
            name: what it guards, for the log.
            failures: how many in a row open it.
            reset_timeout: how long it is open before a probe, in seconds.
            probe: asks the store something within a deadline, and raises if it does not answer; called in a thread of
                its own. Without one a client's call decides, which may fail for reasons of its own.
            clock: the time in seconds.
        """
        self._name = name
        self._limit = failures
        self._reset_timeout = reset_timeout
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
            A ticket for `succeeded`, `failed` or `undecided`.

        Raises:
            CircuitOpen: the call must not be made now.
        """
        with self._lock:
            if self._retry_at is None:
                return self._round
            now = self._clock()
            if now >= self._retry_at:
                self._round += 1
                self._retry_at = now + self._reset_timeout
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
        except Exception as error:  # noqa: BLE001  # whatever it raises, the store is unhealthy
            _log.info("%s does not answer yet: %s", self._name, error)
            self.failed(ticket)
        else:
            self.succeeded(ticket)

    def succeeded(self, ticket: int) -> None:
        """The call with this ticket got an answer, if only a refusal."""
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
                self._retry_at = self._clock() + self._reset_timeout
        if opens:
            _log.warning(
                "%s failed %d times in a row; its circuit breaker is open, a call is tried in %.1f s",
                self._name,
                self._limit,
                self._reset_timeout,
            )

    def undecided(self, ticket: int) -> None:
        """The call with this ticket was aborted on our side; if it was the probe, the next call is one."""
        with self._lock:
            if ticket == self._round and self._retry_at is not None:
                self._retry_at = self._clock()


S = TypeVar("S")


def guarded(
    source: S, name: str, breaker: Breaker, *, writer: Breaker | None = None, rules: Rules = RULES
) -> S:
    """The source, not called while it is known to fail.

    Only `Unavailable` and `Timeout` count as failures, unless the caller has shortened the deadline. A call whose
    deadline has passed is not made and does not count.

    Args:
        source: any source.
        name: what messages call it.
        breaker: one for all sources over the same store.
        writer: the breaker of the database that takes writes and reads that want the latest, where `breaker` is that
            of a replica; either can fail alone.
        rules: which methods only read.
    """
    return cast(S, Guarded(source, name, breaker, breaker if writer is None else writer, rules))


class Guarded(Wrapper):
    """A source made by `guarded`."""

    def __init__(self, source: object, name: str, reader: Breaker, writer: Breaker, rules: Rules) -> None:
        super().__init__(source, name)
        self._reader = reader
        self._writer = writer
        self._rules = rules

    def intercept(self, call: Call) -> Any:
        """Make the call if the breaker lets it through, and report the outcome to it.

        Raises:
            CircuitOpen: the breaker is open.
        """
        call.require_time()
        breaker = self._breaker_of(call)
        ticket = breaker.enter(call.source)
        try:
            answer = call()
        except (Unavailable, Timeout):
            is_shortened = call.ctx is not None and call.ctx.shortened
            (breaker.undecided if is_shortened else breaker.failed)(ticket)
            raise
        except Exception:
            breaker.succeeded(ticket)
            raise
        except BaseException:
            breaker.undecided(ticket)
            raise
        breaker.succeeded(ticket)
        return answer

    def _breaker_of(self, call: Call) -> Breaker:
        ctx = call.ctx
        wants_latest = ctx is None or ctx.wants_latest
        return self._writer if wants_latest or call.name not in self._rules.reads else self._reader
