"""The probe."""

from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from ogrom.operations.health import Probe, Readiness, standing
from ogrom.server import State

WELL = Readiness()
ILL = Readiness("The database does not answer.")


def test_it_gives_the_answer() -> None:
    """A question that is answered in time has its answer."""
    assert Probe(lambda: 7, patience=30)() == 7


def test_it_raises_what_asking_raises() -> None:
    """An error is an answer too."""
    with pytest.raises(ZeroDivisionError):
        Probe(lambda: 1 // 0, patience=30)()


def test_it_asks_anew_each_time() -> None:
    """An old answer says nothing about now."""
    answers = iter([1, 2])
    probe = Probe(lambda: next(answers), patience=30)
    assert [probe(), probe()] == [1, 2]


def test_whoever_waits_gives_up_and_one_question_stays_open() -> None:
    """A silent database holds one thread, not one for each time that somebody asks."""
    asked, begun, answer = [], Event(), Event()

    def ask() -> bool:
        asked.append(1)
        begun.set()
        return answer.wait(60)

    probe = Probe(ask, patience=0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            probe()
    assert begun.wait(60)
    assert len(asked) == 1
    answer.set()


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
    now = standing(worker, lambda: found)
    assert (now.state, bool(now.found.fault)) == (state, bool(state))


def test_workers_are_counted() -> None:
    """Whoever is not warm counts as warming, though a replacement keeps nobody from being ready."""
    states = (State.READY, State.REPLACING, State.DRAINING, State.ABSENT, State.FAILED, State.WARMING)
    worker: Any = SimpleNamespace(state=State.READY, states=lambda: states)
    workers = standing(worker, lambda: WELL).workers
    assert (workers.ready, workers.warming) == (1, 3)


def test_a_service_is_live_and_ready(client: FlaskClient) -> None:
    """With its version; no cache may answer."""
    live, ready = client.get("/health/live"), client.get("/health/ready")
    assert live.json == {"status": "live", "version": "1.2.0", "release": ""}
    workers = {"ready": 1, "warming": 0}
    assert ready.json == {"status": "ready", "version": "1.2.0", "release": "", "workers": workers}
    assert live.headers["Cache-Control"] == ready.headers["Cache-Control"] == "no-store"
