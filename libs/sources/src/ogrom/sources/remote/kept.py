"""Kept: what was read, with the entity tag by which we ask whether it is still so (RFC 9110, 13.1.2)."""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


@dataclass(frozen=True)
class Tagged(Generic[T]):
    """A value and the entity tag of the state it is of; None where the service gave none."""

    value: T
    etag: str | None


class Kept:
    """The answers read last, by URL; safe in threads.

    None of them is served without asking the service: how long an answer is fresh is the affair of the
    wrapper `cached`.
    """

    def __init__(self, most_bytes: int) -> None:
        """Keep nothing yet.

        Args:
            most_bytes: how many bytes of JSON what is kept may have been made of.
        """
        self._lock = Lock()
        # Each with its size; what alone is larger than all that may be kept, the cache refuses.
        self._answers: LRUCache[str, tuple[Tagged[Any], int]] = LRUCache(most_bytes, lambda kept: kept[1])

    def get(self, url: str) -> Tagged[Any] | None:
        """What the URL gave last."""
        with self._lock:
            found = self._answers.get(url)
        return None if found is None else found[0]

    def put(self, url: str, answer: Tagged[Any], size: int) -> None:
        """Keep the answer where it has a tag to ask with.

        Args:
            size: bytes of JSON that the value was made of.
        """
        with self._lock:
            self._answers.pop(url, None)
            if answer.etag is not None and size <= self._answers.maxsize:
                self._answers[url] = (answer, size)
