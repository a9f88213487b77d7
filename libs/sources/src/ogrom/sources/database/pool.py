"""DeadlinePool: a pool of connections that is waited for no longer than the call's deadline allows."""

import time
from typing import Any

from sqlalchemy.pool import QueuePool

from .deadlines import time_left, until


class DeadlinePool(QueuePool):
    """A QueuePool whose timeout is the time that the current call has left, if that is less.

    Besides `connect` it has a shorter way for reads. `connect` hands out a proxy, so that a forgotten connection
    comes back, and rolls back what is open on it: as much work as the rest of a small read, which forgets nothing
    and opens nothing. docs/sources.md has the figures.
    """

    def checkout(self) -> Any:
        """The pool's record of a connection that is in order; follow it by `checkin` or `invalidate`.

        As in `connect`, a dead connection is replaced, and those made before it are no longer trusted.

        Raises:
            sqlalchemy.exc.TimeoutError: none became free in time.
            Exception: the driver's, where a new one cannot be made.
        """
        record: Any = self._do_get()
        try:
            if not self._is_in_order(record):
                self._replace(record)
        except BaseException as error:
            self.invalidate(record, error)
            raise
        return record

    def _is_in_order(self, record: Any) -> bool:
        connection = record.get_connection()
        is_new, record.fresh = record.fresh, False
        return is_new or not self._pre_ping or self._dialect._do_ping_w_event(connection)  # noqa: SLF001

    def _replace(self, record: Any) -> None:
        record.invalidate()
        if self._invalidate_time < record.starttime:
            self._invalidate_time = time.time()
        record.get_connection()
        record.fresh = False

    def checkin(self, record: Any) -> None:
        """Return the connection to the pool."""
        if record.dbapi_connection.in_transaction:
            # A read opens none; but an open one would become the next user's.
            self.invalidate(record, None)
        else:
            record.checkin(_fairy_was_created=False)

    def invalidate(self, record: Any, error: BaseException | None) -> None:
        """Close the connection, since there is no telling what it may still deliver."""
        try:
            record.invalidate(error)
        finally:
            record.checkin(_fairy_was_created=False)

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
