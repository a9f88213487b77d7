"""Observed: a source whose calls are timed."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from .wrapper import Call, Wrapper

S = TypeVar("S")


class Observe(Protocol):
    """Is told of calls: a metric, a trace, a log. Must be safe in threads and must not raise."""

    def __call__(self, source: str, method: str, seconds: float, error: BaseException | None, /) -> None:
        """A call of `source.method` has ended, after so many seconds, with an error or None."""
        ...


def observed(source: S, name: str, observe: Observe, *, clock: Callable[[], float] = time.perf_counter) -> S:
    """The source, with every call reported to `observe`.

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

    def intercept(self, call: Call) -> Any:
        """Make the call and report it."""
        begun = self._clock()
        try:
            answer = call()
        except BaseException as error:
            self._observe(call.source, call.name, self._clock() - begun, error)
            raise
        self._observe(call.source, call.name, self._clock() - begun, None)
        return answer


@dataclass(frozen=True)
class Timing:
    """So many calls took so many seconds together, and the longest of them `longest`."""

    calls: int = 0
    seconds: float = 0.0
    longest: float = 0.0


class Timings:
    """Adds up calls by source, method and the class of the error (empty for an answer); safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Calls, seconds and longest; a Timing is made on demand.
        self._sums: dict[tuple[str, str, str], tuple[int, float, float]] = {}

    def __call__(self, source: str, method: str, seconds: float, error: BaseException | None) -> None:
        """Add a call; this is an `Observe`."""
        key = (source, method, "" if error is None else type(error).__name__)
        with self._lock:
            calls, before, longest = self._sums.get(key, (0, 0.0, 0.0))
            self._sums[key] = calls + 1, before + seconds, max(longest, seconds)

    def snapshot(self) -> Mapping[tuple[str, str, str], Timing]:
        """The sums so far, by source, method and error."""
        with self._lock:
            return {key: Timing(*sums) for key, sums in self._sums.items()}
