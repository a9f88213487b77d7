"""Guarded: a source behind a circuit breaker, which leaves it alone while it fails."""

import logging
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar, cast

from ogrom.protocols.errors import Timeout, Unavailable

from .rules import RULES, Rules
from .wrapper import Call, Wrapper

_log = logging.getLogger(__name__)


class CircuitOpen(Unavailable):
    """The source was not called, because it failed too often; the next attempt is in `retry_after` seconds."""


class _Circuit:
    """What is known about one source of a store.

    Attributes:
        ticket: of calls that begin now; another one after each change of state.
        failures: in a row, while it is closed.
        retry_at: when the next call is made; None while every call is.
    """

    __slots__ = ("failures", "retry_at", "source", "ticket")

    def __init__(self, source: str, ticket: int) -> None:
        self.source = source
        self.ticket = ticket
        self.failures = 0
        self.retry_at: float | None = None


class Breaker:
    """Owns what is known about the health of one store and of its sources; safe in threads.

    What fails is left alone, and nothing else. A source that has failed so often in a row is not called for
    `reset_timeout`; then one call is, and its outcome decides. So a table that is locked costs nobody else a request.
    After as many failures in a row of any sources, the store itself is asked by its probe. If that fails too, no
    source is called until a probe, made once in each `reset_timeout`, is answered; then all are.

    A call or a probe that does not return holds nobody up: after another `reset_timeout` the next one follows. The
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
            reset_timeout: how long it is open before the next try, in seconds.
            probe: asks the store something within a deadline, and raises if it does not answer; called in a thread of
                its own. Without one, each source is judged by its own calls only.
            clock: the time in seconds.
        """
        self._name = name
        self._limit = failures
        self._reset_timeout = reset_timeout
        self._probe = probe
        self._clock = clock
        self._lock = threading.Lock()
        self._tickets = count()
        self._circuits: dict[str, _Circuit] = {}
        self._by_ticket: dict[int, _Circuit] = {}
        # Of the store.
        self._failures = 0
        self._retry_at: float | None = None
        self._asked = 0
        self._asks_until: float | None = None

    @property
    def closed(self) -> bool:
        """Whether every call is let through."""
        with self._lock:
            circuits = self._circuits.values()
            return self._retry_at is None and all(each.retry_at is None for each in circuits)

    def enter(self, source: str) -> int:
        """Ask to make a call.

        Args:
            source: what fails together, such as the source over one table.

        Returns:
            A ticket for `succeeded`, `failed` or `undecided`.

        Raises:
            CircuitOpen: the call must not be made now.
        """
        with self._lock:
            circuit = self._circuits.get(source)
            if circuit is None:
                circuit = self._circuits[source] = _Circuit(source, -1)
                self._renew(circuit)
            if self._retry_at is None and circuit.retry_at is None:
                return circuit.ticket
            now = self._clock()
            retry_at = circuit.retry_at if self._retry_at is None else self._retry_at
            assert retry_at is not None
            if now >= retry_at:
                retry_at = now + self._reset_timeout
                if self._retry_at is None:
                    circuit.retry_at = retry_at
                    self._renew(circuit)
                    return circuit.ticket
                self._retry_at = retry_at
                self._ask()
            retry_after = retry_at - now
        message = (
            f"not called, {self._limit} calls in a row had failed; the next is tried in {retry_after:.1f} s"
        )
        raise CircuitOpen(source, message, retry_after=retry_after)

    def succeeded(self, ticket: int) -> None:
        """The call with this ticket got an answer, if only a refusal."""
        with self._lock:
            circuit = self._by_ticket.get(ticket)
            if circuit is None:
                return
            was_open = circuit.retry_at is not None
            self._failures = circuit.failures = 0
            if was_open:
                self._close(circuit)
        if was_open:
            _log.warning("%s: %s answers again; its circuit breaker is closed", circuit.source, self._name)

    def failed(self, ticket: int) -> None:
        """The source did not answer the call with this ticket."""
        with self._lock:
            circuit = self._by_ticket.get(ticket)
            if circuit is None:
                return
            was_closed = circuit.retry_at is None
            circuit.failures += was_closed
            self._failures += 1
            opens = was_closed and circuit.failures >= self._limit
            if opens:
                self._renew(circuit)
            if opens or not was_closed:
                circuit.retry_at = self._clock() + self._reset_timeout
            if self._failures >= self._limit and self._probe is not None and not self._is_asking():
                self._ask()
        if opens:
            _log.warning(
                "%s: %s failed %d times in a row; its circuit breaker is open, a call is tried in %.1f s",
                circuit.source,
                self._name,
                self._limit,
                self._reset_timeout,
            )

    def undecided(self, ticket: int) -> None:
        """The call with this ticket was aborted on our side; if it was to decide, the next call does."""
        with self._lock:
            circuit = self._by_ticket.get(ticket)
            if circuit is not None and circuit.retry_at is not None:
                circuit.retry_at = self._clock()

    def _renew(self, circuit: _Circuit) -> None:
        """Hear no more of the calls that have begun."""
        self._by_ticket.pop(circuit.ticket, None)
        circuit.ticket = next(self._tickets)
        self._by_ticket[circuit.ticket] = circuit

    def _close(self, circuit: _Circuit) -> None:
        circuit.failures, circuit.retry_at = 0, None
        self._renew(circuit)

    def _ask(self) -> None:
        """Ask the store, and hear no more of what it was asked before."""
        self._asked += 1
        self._asks_until = self._clock() + self._reset_timeout
        threading.Thread(target=self._listen, args=(self._asked,), name="ogrom-breaker", daemon=True).start()

    def _is_asking(self) -> bool:
        return self._asks_until is not None and self._clock() < self._asks_until

    def _listen(self, asked: int) -> None:
        assert self._probe is not None
        try:
            self._probe()
        except Exception as error:  # noqa: BLE001  # whatever it raises, the store is unhealthy
            self._does_not_answer(asked, error)
        else:
            self._answers(asked)

    def _answers(self, asked: int) -> None:
        with self._lock:
            if asked != self._asked:
                return
            was_open = self._retry_at is not None
            self._failures, self._retry_at, self._asks_until = 0, None, None
            for each in self._circuits.values() if was_open else ():
                self._close(each)
        if was_open:
            _log.warning("%s answers again; its circuit breaker is closed", self._name)

    def _does_not_answer(self, asked: int, error: Exception) -> None:
        with self._lock:
            if asked != self._asked:
                return
            opens = self._retry_at is None
            self._asks_until = None
            self._retry_at = self._clock() + self._reset_timeout
            for each in self._circuits.values() if opens else ():
                self._renew(each)
        if opens:
            message = "%s does not answer; its circuit breaker is open, it is asked again in %.1f s: %s"
            _log.warning(message, self._name, self._reset_timeout, error)
        else:
            _log.info("%s does not answer yet: %s", self._name, error)


S = TypeVar("S")


def guarded(
    source: S, name: str, breaker: Breaker, *, writer: Breaker | None = None, rules: Rules = RULES
) -> S:
    """The source, not called while it is known to fail.

    Only `Unavailable` and `Timeout` count as failures, unless the caller has shortened the deadline. A call whose
    deadline has passed is not made and does not count.

    Args:
        source: any source.
        name: what messages call it, and what the breaker knows it by.
        breaker: one for all sources over the same store; each is left alone for its own failures.
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
