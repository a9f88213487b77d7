"""DeadlinePool: a pool of connections that is waited for no longer than the call's deadline allows."""

from sqlalchemy.pool import QueuePool

from .deadlines import time_left, until


class DeadlinePool(QueuePool):
    """A QueuePool whose timeout is the time that the current call has left, if that is less."""

    @property
    def _timeout(self) -> float:
        left = time_left()
        return self._longest if left is None else min(self._longest, left)

    @_timeout.setter
    def _timeout(self, seconds: float) -> None:
        self._longest = seconds

    def recreate(self) -> QueuePool:
        # Without this, what one call has left would become the new pool's longest.
        with until(None):
            return super().recreate()
