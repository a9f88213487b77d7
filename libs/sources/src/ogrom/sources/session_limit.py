"""SessionLimit: MariaDB's max_statement_time of one session, which follows what its calls have left."""

from .deadlines import is_near, session_limit

# So many calls in a row that have much less than the session's limit make the session theirs.
_CALLS = 16


class SessionLimit:
    """Knows the limit that a session has, and says when another one is worth a round trip.

    Attributes:
        seconds: the session's max_statement_time; 0.0 is without limit.
    """

    def __init__(self) -> None:
        """The server's default: none."""
        self.seconds = 0.0
        self._distant = 0

    def next(self, left: float | None) -> str | None:
        """The statement that the session needs before a call that has so much left, in seconds; None for none."""
        self._distant = 0 if is_near(left, self.seconds) else self._distant + 1
        wanted = session_limit(left, self.seconds if self._distant < _CALLS else 0.0)
        if wanted == self.seconds:
            return None
        self.seconds, self._distant = wanted, 0
        return f"SET SESSION max_statement_time={wanted}"
