"""What the server is told: when a process is warm, and when the service is ready."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.protocols.errors import Unavailable
from ogrom.run import hosting
from ogrom.run.health import Readiness, standing
from ogrom.run.settings import Settings
from ogrom.server import State

WELL = Readiness("1", migrated=True)
ILL = Readiness("1", fault="The database does not answer.")
Beginning = Callable[..., Callable[[], bool]]


@pytest.fixture
def beginning(monkeypatch: pytest.MonkeyPatch) -> Beginning:
    """Makes one: `tries` are what its warm-ups come to, `checks` what the database says between them."""

    def beginning(tries: list[Any], checks: list[Readiness]) -> Callable[[], bool]:
        def run() -> bool:
            found = tries.pop(0)
            if isinstance(found, Exception):
                raise found
            return bool(found)

        monkeypatch.setattr(hosting, "warm_up_of", lambda *_: SimpleNamespace(run=run))
        access = SimpleNamespace(prepare=lambda: None)
        container: Any = SimpleNamespace(check=lambda: checks.pop(0), access=lambda: access)
        return hosting._Beginning(container, Settings())

    return beginning


def test_while_the_database_fails_it_is_not_warm(beginning: Beginning) -> None:
    """It tries again as soon as the database answers."""
    begin = beginning([Unavailable("database", "gone"), True], [ILL, ILL, WELL])
    assert [begin() for _ in range(4)] == [False, False, False, True]


def test_it_does_not_try_for_ever(beginning: Beginning, caplog: pytest.LogCaptureFixture) -> None:
    """Where the database answers and requests do not, the log says so and clients see it."""
    begin = beginning([False, False, False], [WELL, WELL])
    assert [begin() for _ in range(3)] == [False, False, True]
    assert "the warm-up was not answered" in caplog.text


def test_a_bug_is_the_servers_to_log(beginning: Beginning) -> None:
    """Which lets the process serve."""
    with pytest.raises(LookupError):
        beginning([LookupError("bug")], [])()


@pytest.mark.parametrize(
    ("own", "states", "found", "state"),
    [
        (State.READY, (State.READY, State.READY), WELL, ""),
        (State.READY, (State.READY, State.REPLACING), WELL, ""),
        (State.READY, (State.READY, State.READY), ILL, "failing"),
        (State.READY, (State.READY, State.WARMING), ILL, "warming"),
        (State.READY, (State.READY, State.FAILED), ILL, "failing"),
        (State.READY, (State.READY, State.FAILED), WELL, "warming"),
        (State.DRAINING, (State.WARMING, State.WARMING), ILL, "draining"),
        (State.DRAINING, (State.DRAINING, State.READY), WELL, "draining"),
    ],
)
def test_ready_means_that_nobody_cold_answers(
    own: State, states: tuple[State, ...], found: Readiness, state: str
) -> None:
    """Whoever asks cannot choose who answers; a replacement that does not accept yet is no reason to go away."""
    worker: Any = SimpleNamespace(state=own, states=lambda: states)
    now = standing(worker, lambda: found, "1")
    assert (now.state, bool(now.found.fault)) == (state, bool(state))


def test_workers_are_counted() -> None:
    """Whoever is not warm counts as warming, though a replacement keeps nobody from being ready."""
    states = (State.READY, State.REPLACING, State.DRAINING, State.ABSENT, State.FAILED, State.WARMING)
    worker: Any = SimpleNamespace(state=State.READY, states=lambda: states)
    workers = standing(worker, lambda: WELL, "1").workers
    assert (workers.ready, workers.warming) == (1, 3)
