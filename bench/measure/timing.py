"""Timing: the time of a call, and rounds in turn.

In a round all contenders are measured once, so that changes on the machine affect all of them.
"""

import statistics
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ogrom_tools.progress import counted

Contender = TypeVar("Contender", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Spread:
    """A median and the quartiles around it."""

    low: float
    middle: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f}-{self.high:.2f})"


@dataclass(frozen=True)
class Sample:
    """The values of one contender, one for each round."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Sample":
        """The sample of values in the order of their rounds."""
        return cls(tuple(values))

    @property
    def spread(self) -> Spread:
        """The median of the rounds, and the quartiles."""
        return _spread(self.values)

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)


def seconds_per_call(
    call: Callable[..., object],
    arguments: Sequence[tuple[Any, ...]],
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """The average time of a call.

    Args:
        call: the function to time; it is called once before that, with the first arguments, to warm up.
        arguments: of each call.
        clock: `time.thread_time` for processor time, which does not depend on other processes.

    Returns:
        Seconds.
    """
    call(*arguments[0])
    begin = clock()
    for each in arguments:
        call(*each)
    return (clock() - begin) / len(arguments)


def rounds(
    contenders: Sequence[Contender], measure: Callable[[Contender], Value], count: int
) -> Mapping[Contender, tuple[Value, ...]]:
    """Measure each contender once a round.

    Every second round goes backwards, so that a machine that slows down steadily favours none of them.

    Args:
        contenders: to compare.
        measure: measures one value of a contender.
        count: of rounds.

    Returns:
        The values of each contender, in the order of the rounds.
    """
    found: dict[Contender, list[Value]] = {each: [] for each in contenders}
    there, back = tuple(contenders), tuple(reversed(contenders))
    turns = [each for number in range(count) for each in (back if number % 2 else there)]
    for each in counted(turns, len(turns), "measurements"):
        found[each].append(measure(each))
    return {each: tuple(values) for each, values in found.items()}


def ratio(above: Sample, below: Sample) -> Spread:
    """One contender's values as multiples of another's: median and quartiles of the ratios of each round.

    Raises:
        ValueError: they do not have the same number of rounds.
    """
    return _spread([over / under for over, under in zip(above.values, below.values, strict=True)])


def difference(of: Sample, than: Sample) -> Spread:
    """One contender's values minus another's: median and quartiles of the differences of each round.

    Raises:
        ValueError: they do not have the same number of rounds.
    """
    return _spread([more - less for more, less in zip(of.values, than.values, strict=True)])


def _spread(values: Sequence[float]) -> Spread:
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    # Inclusive: even of three rounds, quartiles lie between the lowest and the highest value.
    return Spread(*statistics.quantiles(values, n=4, method="inclusive"))
