"""A worker's beginning, and the orders that end it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.protocols.errors import Unavailable
from ogrom.run import worker
from ogrom.run.health import Readiness, standing
from ogrom.run.scoreboard import Order, Place, Scoreboard, State
from ogrom.run.settings import Settings

WELL = Readiness("1", migrated=True)
ILL = Readiness("1", fault="The database does not answer.")


class Server:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def accept(self) -> None:
        self.told.append("accept")

    def stop(self, *, grace: float, closes_port: bool) -> None:
        self.told.append((grace, closes_port))

    def cut(self) -> None:
        self.told.append("cut")


Begin = Callable[..., tuple[list[State], Server]]


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Lets a worker begin: `tries` are what its warm-ups come to, `checks` what the database says between them."""

    def begin(
        tries: list[Any], checks: list[Readiness] | None = None, *, warm_up: bool = True, last: Any = None
    ) -> tuple[list[State], Server]:
        place = Place(Scoreboard(1), 0)
        place.enter(last or State.REPLACING)
        states: list[State] = []
        server = Server()

        def run() -> bool:
            found = tries.pop(0)
            if isinstance(found, Exception):
                raise found
            return bool(found)

        monkeypatch.setattr(worker, "warm_up_of", lambda *_: SimpleNamespace(run=run))
        monkeypatch.setattr(worker, "_SECONDS_BETWEEN", 0.0)
        said = iter(checks or [])
        container: Any = SimpleNamespace(check=lambda: next(said))
        news: Any = SimpleNamespace(tell=lambda: states.append(place.state))
        beginning = worker._Beginning(container, Settings(warm_up=warm_up), server, place, news)  # type: ignore[arg-type]
        beginning.run()
        assert tries == []
        return states, server

    return begin


def test_it_is_ready_when_it_is_warm(begin: Begin) -> None:
    """And accepts no earlier, if it did not from the first."""
    states, server = begin([True])
    assert (states, server.told) == ([State.READY], ["accept"])


def test_it_need_not_warm_up(begin: Begin) -> None:
    """Who starts it often, while writing code, may not want to wait."""
    assert begin([], warm_up=False)[0] == [State.READY]


def test_while_the_database_fails_it_answers_and_tries_again(begin: Begin) -> None:
    """As soon as the database answers; until then others would do no better."""
    states, server = begin([Unavailable("database", "gone"), True], [ILL, ILL, WELL])
    assert (states, server.told[0]) == ([State.FAILED, State.READY], "accept")


def test_it_does_not_try_for_ever(begin: Begin, caplog: pytest.LogCaptureFixture) -> None:
    """Where the database answers and requests do not, the log says so and clients see it."""
    states, _ = begin([False, False, False], [WELL, WELL, WELL])
    assert states == [State.FAILED] * 3 + [State.READY]
    assert "the warm-up was not answered" in caplog.text


def test_a_bug_in_the_warm_up_keeps_nobody_out(begin: Begin, caplog: pytest.LogCaptureFixture) -> None:
    """A cold process is better than none."""
    assert begin([LookupError("bug")])[0] == [State.READY]
    assert "LookupError: bug" in caplog.text


def test_who_drains_does_not_become_ready(begin: Begin) -> None:
    """A warm-up may end after the signal."""
    assert begin([True], last=State.DRAINING)[0] == [State.DRAINING]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (Order.SERVE, (7.0, False)),
        (Order.DRAIN, (7.0, True)),
        (Order.FINISH, (0.0, True)),
        (Order.CUT, "cut"),
    ],
)
def test_the_parent_says_what_a_signal_means(order: Order, told: object) -> None:
    """Without a word from it, the worker alone is to stop, as after SIGTERM."""
    place = Place(Scoreboard(1), 0)
    place.board.tell(order)
    server: Any = Server()
    worker._stop(server, place, 7.0)
    assert (server.told, place.state) == ([told], State.DRAINING)


@pytest.mark.parametrize(
    ("own", "other", "order", "found", "state"),
    [
        (State.READY, State.READY, Order.SERVE, WELL, ""),
        (State.READY, State.REPLACING, Order.SERVE, WELL, ""),
        (State.READY, State.READY, Order.SERVE, ILL, "failing"),
        (State.READY, State.WARMING, Order.SERVE, ILL, "warming"),
        (State.READY, State.FAILED, Order.SERVE, ILL, "failing"),
        (State.READY, State.FAILED, Order.SERVE, WELL, "warming"),
        (State.WARMING, State.WARMING, Order.DRAIN, ILL, "draining"),
        (State.DRAINING, State.READY, Order.SERVE, WELL, "draining"),
    ],
)
def test_ready_means_that_nobody_cold_answers(
    own: State, other: State, order: Order, found: Readiness, state: str
) -> None:
    """Whoever asks cannot choose who answers; a replacement that does not accept yet is no reason to go away."""
    board = Scoreboard(2)
    for number, each in enumerate((own, other)):
        board.enter(number, each)
    board.tell(order)
    now = standing(Place(board, 0), lambda: found, "1")
    assert (now.state, bool(now.found.fault)) == (state, bool(state))
