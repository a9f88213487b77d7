"""Guarded: a source behind a circuit breaker."""

from typing import Any, TypeVar, cast

from ogrom.protocols.errors import Timeout, Unavailable

from .breaker import Breaker
from .wrapper import Call, Wrapper

S = TypeVar("S")


def guarded(source: S, name: str, breaker: Breaker) -> S:
    """The source, not called while it is known to fail.

    Only `Unavailable` and `Timeout` count as failures; a call whose deadline has passed already is not made
    and does not count.

    Args:
        source: any source.
        name: what messages call it.
        breaker: one for all sources over the same store.
    """
    return cast(S, Guarded(source, name, breaker))


class Guarded(Wrapper):
    """A source made by `guarded`."""

    def __init__(self, source: object, name: str, breaker: Breaker) -> None:
        super().__init__(source, name)
        self._breaker = breaker

    def around(self, call: Call) -> Any:
        """Make the call if the breaker lets it through, and tell it how that went.

        Raises:
            CircuitOpen: the breaker is open.
        """
        call.require_time()
        ticket = self._breaker.enter(call.source)
        try:
            answer = call()
        except (Unavailable, Timeout):
            self._breaker.failed(ticket)
            raise
        except Exception:
            self._breaker.succeeded(ticket)
            raise
        except BaseException:
            self._breaker.undecided(ticket)
            raise
        self._breaker.succeeded(ticket)
        return answer
