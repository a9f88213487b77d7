"""A backfill leaves most of the time to clients, and waits for the replica."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import Engine

from ogrom.protocols.errors import Unavailable
from ogrom.sources.schema.backfill import backfill
from ogrom.sources.schema.pace import Limits, Pace, Stopped, paced_backfill, stopped_by_sigterm
from ogrom.sources.schema.progress import State, progress

from .test_backfill import FILLED, filled, people

__all__ = ["people"]

LIMITS = Limits()


@dataclass
class World:
    """A database in virtual time.

    Attributes:
        read_seconds: how long a small read takes.
        row_seconds: how long a row of a batch takes.
        lag: of the replica in seconds; an error that it gives; None if it has no heartbeat yet.
        stopped_at: when SIGTERM comes.
        batches: when each batch began and ended.
        beats: when the heart has beaten.
        lines: what was told.
    """

    now: float = 0.0
    read_seconds: float = 0.001
    row_seconds: float = 0.0001
    lag: Callable[[float], float | None] = lambda now: 0.0
    stopped_at: float = float("inf")
    batches: list[tuple[float, float]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def pace(self, *, replica: bool = False) -> Pace:
        heartbeat = _Heartbeat(self) if replica else None
        return Pace(
            lambda: self.sleep(self.read_seconds),
            heartbeat,  # type: ignore[arg-type]
            is_stopped=lambda: self.now >= self.stopped_at,
            tell=self.lines.append,
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self, pace: Pace, count: int) -> None:
        """So many batches, with what is between them."""
        for _ in range(count):
            begun, size = self.now, pace.size()
            self.sleep(size * self.row_seconds)
            self.batches.append((begun, self.now))
            pace.between()

    def rests(self) -> list[float]:
        return [after[0] - before[1] for before, after in pairwise(self.batches)]

    def took(self) -> list[float]:
        return [end - begun for begun, end in self.batches]


@dataclass
class _Heartbeat:
    world: World
    replica: str = "replica:3306"

    def beat(self) -> None:
        self.world.beats.append(self.world.now)

    def lag(self) -> float | None:
        return self.world.lag(self.world.now)


@given(st.floats(0.00002, 0.02))
def test_a_batch_takes_as_long_as_it_may(row_seconds: float) -> None:
    """However long a row takes."""
    world = World(row_seconds=row_seconds)
    world.run(world.pace(), 20)
    assert world.took()[-1] == pytest.approx(LIMITS.batch, abs=row_seconds + 0.001)


@given(st.lists(st.floats(0.000001, 0.1), min_size=2, max_size=30))
def test_it_rests_at_least_as_long_as_it_works(costs: list[float]) -> None:
    """Whatever a row takes at any time."""
    world = World()
    pace = world.pace()
    for world.row_seconds in costs:
        world.run(pace, 1)
    assert all(rest >= took * 0.999 for rest, took in zip(world.rests(), world.took(), strict=False))


def test_while_reads_are_slow_it_rests_longer() -> None:
    """Until they are as quick as before."""
    world = World()
    pace = world.pace()
    world.run(pace, 10)
    calm = world.rests()[-1]
    world.read_seconds = 0.05
    world.run(pace, 10)
    assert calm < 0.1
    assert world.rests()[-1] > 40 * calm
    assert max(world.rests()) <= LIMITS.longest_rest + 0.1
    world.read_seconds = 0.002
    world.run(pace, 10)
    assert world.rests()[-1] == pytest.approx(calm, abs=0.01)


def test_it_waits_until_the_replica_has_caught_up() -> None:
    """It says for whom, every ten seconds, and the heart beats on."""
    world = World(lag=lambda now: max(0.0, 40.0 - now))
    world.run(world.pace(replica=True), 2)
    assert 38.0 <= world.batches[1][0] <= 39.0
    assert world.lines[0] == "the replica replica:3306 is 39 s behind; the backfill waits for it (1 s) ..."
    assert len(world.lines) == 4
    assert max(after - before for before, after in pairwise(world.beats)) < 1.0


@pytest.mark.parametrize(
    ("lag", "trouble"),
    [
        (lambda now: None, "the replica replica:3306 has not got the backfill's heartbeat"),
        (lambda now: now + 5, "the replica replica:3306 is 3605 s behind"),
    ],
)
def test_it_does_not_wait_for_ever(lag: Callable[[float], float | None], trouble: str) -> None:
    """The error says what to do, and no further batch was made."""
    world = World(lag=lag)
    with pytest.raises(Stopped) as caught:
        world.run(world.pace(replica=True), 2)
    assert str(caught.value).startswith(
        f"{trouble}, and was waited for 3600 s; see there what SHOW REPLICA STATUS"
    )
    assert len(world.batches) == 1


def test_a_replica_that_is_down_is_waited_for() -> None:
    """As one that is behind."""

    def lag(now: float) -> float:
        if now < 60:
            raise Unavailable("database", "connection refused")
        return 0.0

    world = World(lag=lag)
    world.run(world.pace(replica=True), 2)
    assert 60 <= world.batches[1][0] < 61
    assert world.lines[0].startswith(
        "the replica replica:3306 does not answer (connection refused); the backfill waits"
    )


def test_it_stops_while_it_waits() -> None:
    """Within a moment."""
    world = World(lag=lambda now: 5.0, stopped_at=30.0)
    with pytest.raises(Stopped, match="run it again: it goes on where it is"):
        world.run(world.pace(replica=True), 2)
    assert world.now < 30.5


def test_sigterm_ends_it_between_two_batches(people: Engine) -> None:
    """Its place is kept, and the next run goes on there."""
    with stopped_by_sigterm() as is_stopped:
        pace = Pace(lambda: None, is_stopped=is_stopped)

        def between() -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            pace.between()

        with pytest.raises(Stopped, match="was told to stop"):
            backfill(people, FILLED, size=1, between=between)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with people.begin() as connection:
        assert (progress(connection, FILLED.name).place, filled(connection)) == ("[1]", [1])
    paced_backfill(people, FILLED)
    with people.begin() as connection:
        assert (progress(connection, FILLED.name).state, filled(connection)) == (State.FINISHED, [1, 2, 3])
