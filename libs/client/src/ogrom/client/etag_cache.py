"""EtagCache: what was read, with the entity tag for asking whether it has changed (RFC 9110, 13.1.2)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Answer(Generic[T_co]):
    """What the service answered to a request that it has carried out.

    Attributes:
        value: the content; None where there is none.
        etag: the entity tag of the state in the content, for `If-Match`; None where the service gave none.
        status: of the answer; that of the original where the service says that it has not changed.
        headers: the header fields; their names are in lower case.
        size: the bytes of JSON that the value was made of.
    """

    value: T_co
    etag: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    size: int = field(default=0, compare=False, repr=False)


class EtagCache:
    """The answers that were read last; safe in threads.

    None is served without asking the service, which sends again only what has changed. Of a RemoteSources, the wrapper
    `cached` decides how long an answer stays fresh.
    """

    def __init__(self, max_bytes: int) -> None:
        """An empty cache.

        Args:
            max_bytes: how many bytes of JSON and header fields the answers may be made of.
        """
        self._lock = Lock()
        self._answers: LRUCache[Hashable, Answer[Any]] = LRUCache(max_bytes, _size)

    def get(self, key: Hashable) -> Answer[Any] | None:
        """The last answer to what the key stands for: a URL, and the type that its content is read as."""
        with self._lock:
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer[Any]) -> None:
        """Keep the answer to what the key stands for if it has an entity tag, and is not larger than the cache."""
        with self._lock:
            self._answers.pop(key, None)
            if answer.etag is not None and _size(answer) <= self._answers.maxsize:
                self._answers[key] = answer


def _size(answer: Answer[Any]) -> int:
    return answer.size + sum(len(name) + len(text) for name, text in answer.headers.items())
