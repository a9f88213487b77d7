"""The lock: one person at a time may change the fleet. It is a lease, so it ends even if its holder dies."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec

from .ports import Conflict, PlatformError, Store

NAME = "lock.json"


@dataclass(frozen=True)
class Lock:
    """Who may change the fleet.

    Attributes:
        owner: user@machine.
        message: the reason.
        since: when it was taken, in seconds since 1970.
        expires: when it may be taken over, in seconds since 1970.
        id: distinguishes this lock from the owner's next one.
        note: from whom it was taken over, if it was.
    """

    owner: str
    message: str
    since: float
    expires: float
    id: str
    note: str = ""

    def __str__(self) -> str:
        return f'{self.owner} since {format_time(self.since)}, until {format_time(self.expires)}: "{self.message}"'


class Locked(Exception):
    """Somebody else has the lock; the message says who, and what to do."""

    def __init__(self, lock: Lock) -> None:
        super().__init__(f"Locked by {lock}. Wait for them, or run `unlock --force` if they are gone.")
        self.lock = lock


class LockLost(Exception):
    """The lock is no longer ours.

    Attributes:
        taken: whether somebody else has it, so that the fleet is theirs.
    """

    def __init__(self, text: str, *, taken: bool) -> None:
        super().__init__(text)
        self.taken = taken


@dataclass
class Lease:
    """A lock that we hold; owns its record in the store.

    Attributes:
        lock: as it is in the store.
        seconds: how long each renewal lasts.
        clock: the time, in seconds since 1970.
    """

    store: Store
    lock: Lock
    seconds: float
    clock: Callable[[], float] = field(repr=False)
    _tag: str = ""

    def hold(self) -> None:
        """Check that the lock is ours, and renew it once less than half of its time is left.

        Raises:
            LockLost: it is not ours, or it has expired and cannot be renewed.
        """
        now = self.clock()
        if self.lock.expires - now > self.seconds / 2:
            return
        renewed = replace(self.lock, expires=now + self.seconds)
        try:
            self._tag = self.store.write(NAME, msgspec.json.encode(renewed), tag=self._tag)
        except Conflict:
            self._adopt(renewed)
        except PlatformError as problem:
            if now < self.lock.expires:
                return  # There is time left to try again.
            raise LockLost(f"the lock has expired and cannot be renewed: {problem}", taken=False) from problem
        self.lock = renewed

    def release(self) -> None:
        """Release it; if somebody has taken it over, it stays theirs."""
        try:
            self.store.delete(NAME, tag=self._tag)
        except Conflict:
            return

    def confirm(self) -> None:
        """See in the store that the lock is ours, however much of its time is left: somebody may take it by force.

        Raises:
            LockLost: it is not.
        """
        self._tag = self._found()

    def _found(self) -> str:
        """The tag of our lock in the store."""
        found = self.store.read(NAME)
        other = parse(found[0]) if found else None
        if found is None or other is None or other.id != self.lock.id:
            raise LockLost(f"the lock was taken by {other}" if other else "the lock was removed", taken=True)
        return found[1]

    def _adopt(self, renewed: Lock) -> None:
        """Find our own lock under another tag, after a write that succeeded without an answer."""
        try:
            self._tag = self.store.write(NAME, msgspec.json.encode(renewed), tag=self._found())
        except Conflict as conflict:
            raise LockLost("the lock was taken between two looks at it", taken=True) from conflict


def acquire(
    store: Store, owner: str, message: str, seconds: float, clock: Callable[[], float] = time.time
) -> Lease:
    """Take the lock.

    Args:
        store: where the lock is.
        owner: who takes it.
        message: the reason.
        seconds: after this long without a renewal others may take it over.
        clock: the time, in seconds since 1970.

    Raises:
        Locked: somebody has it.
    """
    now = clock()
    lock = Lock(owner, message, now, now + seconds, uuid.uuid4().hex)
    found = store.read(NAME)
    if found:
        other = parse(found[0])
        if other.expires > now:
            raise Locked(other)
        lock = replace(lock, note=f"taken over from {other.owner}, whose lock had expired")
    try:
        tag = store.write(NAME, msgspec.json.encode(lock), tag=found[1] if found else None)
    except Conflict as conflict:
        first = held(store)
        raise Locked(first or replace(lock, owner="somebody", message="was faster")) from conflict
    return Lease(store, lock, seconds, clock, tag)


def held(store: Store) -> Lock | None:
    """Who has the lock, expired or not."""
    found = store.read(NAME)
    return parse(found[0]) if found else None


def unlock(store: Store, owner: str, *, force: bool) -> Lock | None:
    """Remove the lock, even while a deployment holds it, and return what was removed.

    Args:
        store: where the lock is.
        owner: who removes it.
        force: whether to remove somebody else's.

    Raises:
        Locked: it is somebody else's.
    """
    if not (found := store.read(NAME)):
        return None
    lock = parse(found[0])
    if lock.owner != owner and not force:
        raise Locked(lock)
    try:
        store.delete(NAME, tag=found[1])
    except Conflict as conflict:
        raise Locked(held(store) or lock) from conflict
    return lock


def parse(content: bytes) -> Lock:
    """Read a lock; an unreadable one belongs to somebody unknown and never expires."""
    try:
        return msgspec.json.decode(content, type=Lock)
    except msgspec.DecodeError:
        return Lock("somebody unknown", "the record cannot be read", 0.0, float("inf"), "")


def format_time(seconds: float) -> str:
    """A time in UTC for people; `for ever` if it never comes."""
    if seconds == float("inf"):
        return "for ever"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
