"""The scoreboard: what each worker does and what all are told to do, in memory that all processes share."""

import mmap
from dataclasses import dataclass
from enum import IntEnum

_ORDER = 0


class State(IntEnum):
    """What the worker at a place does."""

    ABSENT = 0
    """Nobody is there."""
    REPLACING = 1
    """It warms up after another one has died, and accepts no connection yet."""
    WARMING = 2
    """It warms up and answers meanwhile, because nobody else would."""
    READY = 3
    FAILED = 4
    """It answers, but could not warm up: what it asks for data does not answer."""
    DRAINING = 5


class Order(IntEnum):
    """What all workers are told; an order is only ever followed by a higher one."""

    SERVE = 0
    DRAIN = 1
    """Serve on for the time of grace, then finish."""
    FINISH = 2
    CUT = 3
    """End at once, whatever is unfinished."""


class Scoreboard:
    """A byte for the order and one for each place, each written by one process at a time.

    The parent writes the order, and a place while no worker is there; otherwise its worker does. It must be made
    before the fork.
    """

    def __init__(self, places: int) -> None:
        """Nobody is anywhere, and whoever comes serves."""
        self._places = places
        self._memory = mmap.mmap(-1, 1 + places)

    @property
    def order(self) -> Order:
        """What all workers are told."""
        return Order(self._memory[_ORDER])

    def tell(self, order: Order) -> None:
        """Tell all workers something; who is to notice at once needs a signal besides."""
        self._memory[_ORDER] = max(order, self._memory[_ORDER])

    def state(self, place: int) -> State:
        """What the worker at a place does."""
        return State(self._memory[1 + place])

    def enter(self, place: int, state: State) -> None:
        """Write down what the worker at a place does."""
        self._memory[1 + place] = state

    def states(self) -> tuple[State, ...]:
        """What all workers do, by their places."""
        return tuple(map(State, self._memory[1 : 1 + self._places]))


@dataclass(frozen=True)
class Workers:
    """How many workers there are of a kind.

    Attributes:
        ready: have warmed up.
        warming: have not, though they may answer.
    """

    ready: int
    warming: int


@dataclass(frozen=True)
class Place:
    """A worker's place on the scoreboard.

    Attributes:
        board: that of all.
        number: from 0.
    """

    board: Scoreboard
    number: int

    @classmethod
    def alone(cls) -> "Place":
        """That of an application without workers, as tests and `ogrom-api routes` have it: ready at once."""
        board = Scoreboard(1)
        board.enter(0, State.READY)
        return cls(board, 0)

    @property
    def state(self) -> State:
        """What this worker does; told to stop, it drains, whether it has noticed or not."""
        return State.DRAINING if self.board.order else self.board.state(self.number)

    def enter(self, state: State) -> None:
        """Write down what this worker does."""
        self.board.enter(self.number, state)

    @property
    def is_warming(self) -> bool:
        """Whether somebody answers who has not warmed up yet."""
        return State.WARMING in self.board.states()

    @property
    def has_failed(self) -> bool:
        """Whether somebody answers who could not warm up, and will try again."""
        return State.FAILED in self.board.states()

    def workers(self) -> Workers:
        """How many workers there are of each kind."""
        states = self.board.states()
        cold = (State.REPLACING, State.WARMING, State.FAILED)
        return Workers(states.count(State.READY), sum(map(states.count, cold)))
