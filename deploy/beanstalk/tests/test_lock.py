"""The lock: one has it, for a while, and whoever has lost it is told."""

from dataclasses import dataclass

import pytest

from deploy.beanstalk.tests.faults import MemoryStore
from ogrom_deploy.lock import Lease, Locked, LockLost, acquire, held, unlock
from ogrom_deploy.ports import Conflict, PlatformError


@dataclass
class Clock:
    """A clock that is set by hand."""

    time: float = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def take(store: MemoryStore, clock: Clock, who: str = "ann", seconds: float = 100.0) -> Lease:
    return acquire(store, who, "apply v2", seconds, clock)


def test_one_has_it(store: MemoryStore, clock: Clock) -> None:
    """The second is told who, since when, until when and what for; also if it is the same person."""
    take(store, clock)
    for who in ("bob", "ann"):
        with pytest.raises(
            Locked, match=r"ann since 1970-01-01 00:16:40Z, until 1970-01-01 00:18:20Z: \"apply v2\""
        ):
            take(store, clock, who)


def test_it_can_be_had_after_it_was_given_back(store: MemoryStore, clock: Clock) -> None:
    """Then nothing of it is left."""
    take(store, clock).release()
    assert held(store) is None
    assert take(store, clock, "bob").lock.note == ""


def test_an_expired_one_is_taken_over_with_a_note(store: MemoryStore, clock: Clock) -> None:
    """Not a moment before it has expired."""
    take(store, clock)
    clock.time += 99.9
    with pytest.raises(Locked):
        take(store, clock, "bob")
    clock.time += 0.1
    assert take(store, clock, "bob").lock.note == "taken over from ann, whose lock had expired"


def test_who_holds_on_keeps_it(store: MemoryStore, clock: Clock) -> None:
    """It is renewed when half of its time is over, and not written each time."""
    lease = take(store, clock)
    clock.time += 49.0
    lease.hold()
    assert lease.lock.expires == 1100.0
    for _ in range(10):
        clock.time += 60.0
        lease.hold()
    assert lease.lock.expires == clock.time + 100.0
    assert held(store) == lease.lock
    with pytest.raises(Locked):
        take(store, clock, "bob")


def test_who_has_lost_it_to_somebody_is_told(store: MemoryStore, clock: Clock) -> None:
    """And cannot give it back, since it is theirs."""
    lease = take(store, clock)
    clock.time += 100.0
    other = take(store, clock, "bob")
    with pytest.raises(LockLost, match="taken by bob") as lost:
        lease.hold()
    assert lost.value.taken
    lease.release()
    assert held(store) == other.lock


def test_who_slept_too_long_has_it_still_if_nobody_came(store: MemoryStore, clock: Clock) -> None:
    """What counts is whether somebody else has taken it."""
    lease = take(store, clock)
    clock.time += 500.0
    lease.hold()
    assert held(store) == lease.lock


def test_a_lock_that_was_removed_is_lost(store: MemoryStore, clock: Clock) -> None:
    """`unlock --force` stops whoever runs by it."""
    lease = take(store, clock)
    unlock(store, "bob", force=True)
    clock.time += 60.0
    with pytest.raises(LockLost, match="removed") as lost:
        lease.hold()
    assert lost.value.taken


def test_a_renewal_that_nobody_heard_of_is_found_again(store: MemoryStore, clock: Clock) -> None:
    """The store has written it, only the answer got lost: the record is ours all the same."""
    lease = take(store, clock)
    found = store.read("lock.json")
    assert found
    store.write("lock.json", found[0], tag=found[1])
    clock.time += 60.0
    lease.hold()
    assert held(store) == lease.lock
    lease.release()
    assert held(store) is None


def test_a_lock_that_is_taken_while_it_is_found_again_is_lost(
    store: MemoryStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own record was there a moment ago, and is another's by the time that it is written."""
    lease = take(store, clock)

    def write(name: str, content: bytes, *, tag: str | None) -> str:
        raise Conflict(name)

    monkeypatch.setattr(store, "write", write)
    clock.time += 60.0
    with pytest.raises(LockLost, match="between two looks") as lost:
        lease.hold()
    assert lost.value.taken


def test_a_lock_that_is_taken_by_force_is_missed_by_who_looks(store: MemoryStore, clock: Clock) -> None:
    """Who only holds it learns of that when it is to be renewed."""
    lease = take(store, clock)
    lease.confirm()
    unlock(store, "bob", force=True)
    lease.hold()
    with pytest.raises(LockLost, match="removed"):
        lease.confirm()
    take(store, clock, "bob")
    with pytest.raises(LockLost, match="taken by bob") as lost:
        lease.confirm()
    assert lost.value.taken


def test_a_store_that_fails_is_borne_until_the_lock_expires(store: MemoryStore, clock: Clock) -> None:
    """Until then nobody else can have it; after that it is lost, though nobody has taken it."""
    lease = take(store, clock)

    def fail() -> None:
        raise PlatformError("no answer")

    store.enter = fail
    clock.time += 60.0
    lease.hold()
    clock.time += 40.0
    with pytest.raises(LockLost, match="no answer") as lost:
        lease.hold()
    assert not lost.value.taken


def test_only_its_owner_unlocks(store: MemoryStore, clock: Clock) -> None:
    """Others need force; where nobody has it, nothing is to be done."""
    assert unlock(store, "bob", force=False) is None
    lock = take(store, clock).lock
    with pytest.raises(Locked, match="unlock --force"):
        unlock(store, "bob", force=False)
    assert unlock(store, "ann", force=False) == lock
    assert unlock(store, "bob", force=False) is None


def test_a_lock_that_nobody_can_read_holds_for_ever(store: MemoryStore, clock: Clock) -> None:
    """It is somebody's; a person has to look."""
    store.write("lock.json", b"{", tag=None)
    clock.time = 1e12
    with pytest.raises(Locked, match=r"somebody unknown .* for ever"):
        take(store, clock)
    unlock(store, "ann", force=True)
    take(store, clock)


def test_of_two_at_the_same_moment_one_has_it(store: MemoryStore, clock: Clock) -> None:
    """Whoever comes between another's look and write is not overwritten."""
    slow = MemoryStore()
    slow._records = store._records
    calls = 0

    def enter() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            take(store, clock, "bob")

    slow.enter = enter
    with pytest.raises(Locked, match="bob"):
        take(slow, clock, "ann")
    lock = held(store)
    assert lock
    assert lock.owner == "bob"
