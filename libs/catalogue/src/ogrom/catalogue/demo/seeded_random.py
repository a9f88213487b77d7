"""SeededRandom: random choices that are the same everywhere, drawn from a hash of what they are drawn for."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

# Below this a state holds too few bits for the next draw to be even.
_NEARLY_EMPTY = 1 << 64


class SeededRandom:
    """An endless series of draws that depends only on a seed, a kind and a number.

    The draws of one record cannot shift those of another, so product 7 is the same in a catalogue of ten and of a
    million. The standard library's `random` is not used, because its algorithms may change.
    """

    __slots__ = ("_round", "_source", "_state")

    def __init__(self, seed: int, kind: str, number: int) -> None:
        self._source = f"{seed}/{kind}/{number}"
        self._round = 0
        self._state = 0
        self._refill()

    def below(self, limit: int) -> int:
        """Returns an integer from 0 up to, but not including, `limit`."""
        if self._state < _NEARLY_EMPTY:
            self._refill()
        self._state, drawn = divmod(self._state, limit)
        return drawn

    def pick(self, options: Sequence[T]) -> T:
        """Returns one of `options`, each as likely as the others."""
        return options[self.below(len(options))]

    def percent(self, chance: int) -> bool:
        """Returns True in `chance` of a hundred draws."""
        return self.below(100) < chance

    def between(self, low: int, high: int) -> int:
        """Returns an integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def _refill(self) -> None:
        digest = blake2b(f"{self._source}/{self._round}".encode()).digest()
        self._state = int.from_bytes(digest, "little")
        self._round += 1
