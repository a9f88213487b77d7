"""What can happen in memory: how a version behaves, and what goes wrong around it."""

from dataclasses import dataclass

from ..model import Colour


class Crash(BaseException):
    """The deploy program died here. No program sees its own, so nothing catches it but a test."""


@dataclass(frozen=True)
class Behaviour:
    """How instances of a version behave; as they are, they are well.

    Attributes:
        starts: how long one takes to start, in seconds.
        healthy: whether it then serves.
        says: the label that it runs in truth; empty for the one that was deployed.
        status: of responses to the deploy program.
        error_rate: the share of clients' requests that fail, 0.0 to 1.0.
        p99: of the time that a request takes, in seconds.
        cold: how much longer the first request takes; each halves that for the next.
    """

    starts: float = 20.0
    healthy: bool = True
    says: str = ""
    status: int = 200
    error_rate: float = 0.0
    p99: float = 0.04
    cold: float = 0.8


@dataclass(frozen=True)
class Script:
    """What goes wrong, and when.

    Attributes:
        refused: which orders are refused, counted from 0.
        unheard: which orders are taken, although the program is told that they failed.
        blind: which observations fail, counted from 0.
        silent: from when until when nobody measures health.
        deaths: when an instance of which environment dies.
        crash: the call, to the platform or its store, at which the program itself dies, counted from 0.
    """

    refused: frozenset[int] = frozenset()
    unheard: frozenset[int] = frozenset()
    blind: frozenset[int] = frozenset()
    silent: tuple[tuple[float, float], ...] = ()
    deaths: tuple[tuple[float, Colour], ...] = ()
    crash: int | None = None

    def measures(self, at: float) -> bool:
        """Whether health is measured at this time."""
        return not any(begin <= at < end for begin, end in self.silent)
