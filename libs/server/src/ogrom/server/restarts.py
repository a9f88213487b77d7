"""Restarts: when a worker that has ended gets a successor, by how it and those before it have ended."""

from dataclasses import dataclass

MOST_AT_START = 5
"""After so many in a row that did not come to be ready, no successor will either."""

_LASTING = 10.0  # a worker that lived for so many seconds has not died of what its predecessor died of
_FIRST = 0.1
_LONGEST = 10.0


@dataclass
class Restarts:
    """The history of one place.

    Attributes:
        in_a_row: how many have ended one soon after the other.
        at_start: how many of the last ones have ended before they were ready.
    """

    in_a_row: int = 0
    at_start: int = 0

    def ended(self, *, lived: float, was_ready: bool) -> float:
        """Note the end of a worker that has lived for some seconds; after how many the next one is to start."""
        self.at_start = 0 if was_ready else self.at_start + 1
        self.in_a_row = 1 if was_ready and lived >= _LASTING else self.in_a_row + 1
        if was_ready and self.in_a_row == 1:
            return 0.0
        return min(_LONGEST, _FIRST * 2.0 ** min(self.in_a_row - 1, 30))

    @property
    def is_hopeless(self) -> bool:
        """Whether the next one would end at start as well."""
        return self.at_start >= MOST_AT_START
