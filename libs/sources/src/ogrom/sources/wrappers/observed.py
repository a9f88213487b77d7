"""Observed: a source whose calls are timed."""

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from .wrapper import Call, Wrapper

S = TypeVar("S")


class Observe(Protocol):
    """Whoever is told of calls: a metric, a trace, a log. Must be safe in threads and must not raise."""

    def __call__(self, source: str, method: str, seconds: float, error: BaseException | None, /) -> None:
        """A call of `source.method` took so long, and raised `error` if it raised."""
        ...


def observed(source: S, name: str, observe: Observe, *, clock: Callable[[], float] = time.perf_counter) -> S:
    """The source, every call of it told to `observe`.

    Args:
        source: any source.
        name: what the observer calls it.
        observe: called in the thread of the call, after it.
        clock: the time in seconds.
    """
    return cast(S, Observed(source, name, observe, clock))


class Observed(Wrapper):
    """A source made by `observed`."""

    def __init__(self, source: object, name: str, observe: Observe, clock: Callable[[], float]) -> None:
        super().__init__(source, name)
        self._observe = observe
        self._clock = clock

    def around(self, call: Call) -> Any:
        """Make the call and tell of it."""
        begun = self._clock()
        try:
            answer = call()
        except BaseException as error:
            self._observe(call.source, call.name, self._clock() - begun, error)
            raise
        self._observe(call.source, call.name, self._clock() - begun, None)
        return answer
