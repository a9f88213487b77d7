"""The scoreboard: what each worker does, what all are told, and that they live, in memory that all processes share."""

import mmap
import struct
import time
from dataclasses import dataclass
from enum import IntEnum

_BEAT = struct.Struct("d")
_MODE = 0


class State(IntEnum):
    """What a worker does."""

    ABSENT = 0
    """There is none."""
    REPLACING = 1
    """It warms up after another one has died, and accepts no connection yet."""
    WARMING = 2
    """It warms up and answers meanwhile, because nobody else would."""
    READY = 3
    FAILED = 4
    """It answers, but could not warm up: what it asks for data does not answer."""
    DRAINING = 5


SERVING = (State.READY, State.FAILED, State.DRAINING)


class ShutdownMode(IntEnum):
    """What all workers are told; a mode is only ever followed by a higher one."""

    SERVE = 0
    DRAIN = 1
    """Serve on for the shutdown delay, then finish."""
    FINISH = 2
    CUT = 3
    """End at once, whatever is unfinished."""


class Scoreboard:
    """A byte for the mode, and for each worker a byte and a moment, each written by one process at a time.

    It must be made before the fork. The parent writes the mode, and the rest of a slot while no worker is in it;
    otherwise its worker does.
    """

    def __init__(self, slots: int) -> None:
        """Nobody is in any of the slots, and whoever comes serves."""
        self._slots = slots
        self._beats = -(-(1 + slots) // _BEAT.size) * _BEAT.size  # aligned, so that none is ever half written
        self._memory = mmap.mmap(-1, self._beats + slots * _BEAT.size)

    @property
    def mode(self) -> ShutdownMode:
        """What all workers are told."""
        return ShutdownMode(self._memory[_MODE])

    def tell(self, mode: ShutdownMode) -> None:
        """Tell all workers something; who is to notice at once needs a signal besides."""
        self._memory[_MODE] = max(mode, self._memory[_MODE])

    def state(self, slot: int) -> State:
        """What the worker in a slot does."""
        return State(self._memory[1 + slot])

    def enter(self, slot: int, state: State) -> None:
        """Write down what the worker in a slot does."""
        self._memory[1 + slot] = state

    def states(self) -> tuple[State, ...]:
        """What all workers do, by their slots."""
        return tuple(map(State, self._memory[1 : 1 + self._slots]))

    def beat(self, slot: int) -> None:
        """Write down that the worker in a slot lives."""
        place = self._beats + slot * _BEAT.size
        self._memory[place : place + _BEAT.size] = _BEAT.pack(time.monotonic())  # `pack_into` writes 0 first

    def last_beat(self, slot: int) -> float:
        """When it last did that, of `time.monotonic()`, which all processes share."""
        moment: float = _BEAT.unpack_from(self._memory, self._beats + slot * _BEAT.size)[0]
        return moment


@dataclass(frozen=True)
class WorkerSlot:
    """A worker's part of the scoreboard.

    Attributes:
        board: that of all.
        number: from 0.
    """

    board: Scoreboard
    number: int

    @property
    def state(self) -> State:
        """What this worker does; told to stop, it drains, whether it has noticed or not."""
        return State.DRAINING if self.board.mode else self.board.state(self.number)

    def enter(self, state: State) -> None:
        """Write down what this worker does."""
        self.board.enter(self.number, state)

    def beat(self) -> None:
        """Write down that this worker lives."""
        self.board.beat(self.number)
