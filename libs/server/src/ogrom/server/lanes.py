"""Lanes: which threads answer a request, and how long it waits for one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .response import Environ

_NEVER = float("inf")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Lane:
    """Threads of their own for some requests.

    Attributes:
        name: for logs.
        threads: how many.
        takes: whether a request comes here, by its environment; of several lanes the first one that says so has it.
        queue: how many requests wait for a thread at most; None for as many as there are connections.
        patience: how many seconds a request waits for a thread at most, by its environment.
        on_loop: whether a request begins on the loop, where the application takes a Waiter: then only those of its
            calls that block use a thread, and it waits for one within its patience.
    """

    name: str
    threads: int
    takes: Callable[[Environ], bool] = lambda _: True
    queue: int | None = None
    patience: Callable[[Environ], float] = lambda _: _NEVER
    on_loop: Callable[[Environ], bool] = lambda _: False


def is_read(environ: Environ) -> bool:
    """Whether a request reads and has no content: for `Lane.on_loop`."""
    return environ["REQUEST_METHOD"] in _READS and environ.get("CONTENT_LENGTH", "0") == "0"


def paths(*prefixes: str) -> Callable[[Environ], bool]:
    """Whether a request's path begins with one of these: for `Lane.takes`."""

    def takes(environ: Environ) -> bool:
        path: Any = environ["PATH_INFO"]
        return bool(path.startswith(prefixes))

    return takes
