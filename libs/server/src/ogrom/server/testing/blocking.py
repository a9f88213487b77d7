"""What blocks a loop, by what the kernel says: it counts how often it has put the thread to sleep, C or Python."""

from resource import RUSAGE_THREAD, getrusage
from typing import Any

from ..loop import Server


class Blocks:
    """Counts how often a loop's thread has been put to sleep outside its poll (getrusage(2), ru_nvcsw).

    Attributes:
        count: so often, so far. Python's threads make each other wait now and then, by the lock of the interpreter.
    """

    def __init__(self, epoll: Any) -> None:
        """Count from the first poll on."""
        self.count = 0
        self._epoll = epoll
        self._seen: int | None = None

    def poll(self, timeout: float, maxevents: int) -> list[tuple[int, int]]:
        """As of epoll; what is slept in it does not count."""
        if self._seen is not None:
            self.count += _sleeps() - self._seen
        found: list[tuple[int, int]] = self._epoll.poll(timeout, maxevents)
        self._seen = _sleeps()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._epoll, name)


def blocks_of(server: Server) -> Blocks:
    """Count what blocks the loop of a server that does not run yet."""
    blocks = server._epoll = Blocks(server._epoll)  # type: ignore[assignment]  # noqa: SLF001 - for tests alone
    return blocks


def _sleeps() -> int:
    return getrusage(RUSAGE_THREAD).ru_nvcsw
