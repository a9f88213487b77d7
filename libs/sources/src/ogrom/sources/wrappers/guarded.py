"""Guarded: a source behind a circuit breaker."""

from typing import Any, TypeVar, cast

from ogrom.protocols.errors import Timeout, Unavailable

from .breaker import Breaker
from .rules import RULES, Rules
from .wrapper import Call, Wrapper

S = TypeVar("S")


def guarded(
    source: S, name: str, breaker: Breaker, *, writer: Breaker | None = None, rules: Rules = RULES
) -> S:
    """The source, not called while it is known to fail.

    Only `Unavailable` and `Timeout` count as failures, and not where the caller has shortened the deadline; a call
    whose deadline has passed already is not made and does not count.

    Args:
        source: any source.
        name: what messages call it.
        breaker: one for all sources over the same store.
        writer: of the database that takes the writes, and the reads of requests that want the latest, where
            `breaker` is a replica's; so that either can fail alone.
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

    def around(self, call: Call) -> Any:
        """Make the call if the breaker lets it through, and tell it how that went.

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
