"""EtagCache: what was read, with the entity tag for asking whether it has changed (RFC 9110, 13.1.2)."""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


@dataclass(frozen=True)
class Tagged(Generic[T]):
    """A value and its entity tag; None where the service gave none."""

    value: T
    etag: str | None


class EtagCache:
    """The answers that were read last, by URL; safe in threads.

    None is served without asking the service: how long an answer stays fresh is decided by the wrapper `cached`.
    """

    def __init__(self, max_bytes: int) -> None:
        """An empty cache.

        Args:
            max_bytes: how many bytes of JSON the answers may be made of.
        """
        self._lock = Lock()
        # Each with its size; the cache refuses an answer that is larger than itself.
        self._answers: LRUCache[str, tuple[Tagged[Any], int]] = LRUCache(max_bytes, lambda kept: kept[1])

    def get(self, url: str) -> Tagged[Any] | None:
        """The last answer of the URL."""
        with self._lock:
            found = self._answers.get(url)
        return None if found is None else found[0]

    def put(self, url: str, answer: Tagged[Any], size: int) -> None:
        """Keep the answer if it has an entity tag.

        Args:
            size: the bytes of JSON that the value was made of.
        """
        with self._lock:
            self._answers.pop(url, None)
            if answer.etag is not None and size <= self._answers.maxsize:
                self._answers[url] = (answer, size)
