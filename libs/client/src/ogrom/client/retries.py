"""Retries: which failures are worth another try, after which pause, and how many of them a client may make."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import uniform
from threading import Lock

__all__: list[str] = []

ATTEMPTS = 3
"""How often a request is sent."""

FIRST_PAUSE = 0.1
"""The longest pause before the second try, in seconds; before each further one it is twice as long."""

MAX_PAUSE = 0.2
"""The longest pause, in seconds, unless the service asks for another."""

TRANSIENT = frozenset({408, 429, 502, 503, 504})
"""The statuses that the next try may not meet again."""


class Budget:
    """Lets a client retry a tenth of its requests, and ten in a row besides; safe in threads.

    Clients that try three times make three times the load of a service that is down. With a budget, the first ten
    failures are retried and then no more, until requests succeed again (as gRPC's retry throttling, gRFC A6).
    """

    def __init__(self, most: float = 10.0, each: float = 0.1) -> None:
        """A full budget.

        Args:
            most: how many retries may follow one another.
            each: what a request that succeeds adds.
        """
        self._most, self._each, self._left = most, each, most
        self._lock = Lock()

    def succeeded(self) -> None:
        """A request has been answered."""
        with self._lock:
            self._left = min(self._most, self._left + self._each)

    def take(self) -> bool:
        """Whether another retry may be made; then it is spent."""
        with self._lock:
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True


def pause(attempt: int, retry_after: float | None, left: float) -> float | None:
    """The seconds to wait before the next try; None where there is to be none, or no time for it.

    They are drawn at random, so that clients that failed together do not come back together. What the service asks for
    is a minimum.

    Args:
        attempt: how often the request has been sent.
        retry_after: what the service asks for, in seconds.
        left: the seconds until the deadline.
    """
    if attempt >= ATTEMPTS:
        return None
    longest = min(MAX_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
    seconds = (retry_after or 0.0) + uniform(0.0, longest)
    # A try that comes too late is not worth the wait.
    return seconds if (retry_after or 0.0) + longest < left else None


def seconds_of(retry_after: str) -> float | None:
    """Retry-After in seconds from now (RFC 9110, 10.2.3); None for what is neither a number nor a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until.tzinfo else None
