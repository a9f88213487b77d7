"""Timings: an observer that adds up, for whatever shows metrics."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass


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
        # Calls, seconds and longest; a Timing is made when somebody asks.
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
