"""The second witness of writes, the tables themselves: what was answered is there once, all else once at most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from msgspec.structs import replace

from .load import RequestResult, State
from .results import Check

Fate: TypeAlias = Literal["acknowledged", "refused", "unknown"]

_Place: TypeAlias = tuple[str, int]


def fate(result: RequestResult) -> Fate:
    """What the client knows of its write: it has the right answer, a 4xx, or no answer or one like 500."""
    if not result.fault:
        return "acknowledged"
    return "refused" if result.fault == "status" and 400 <= result.status < 500 else "unknown"


@dataclass(frozen=True)
class Comparison:
    """What the clients know of their writes, compared with the tables.

    Attributes:
        fates: how many writes have each.
        lost: acknowledged ones that are not there, or were undone.
        extra: what is there, or was applied, more often than it may be.
    """

    fates: Mapping[Fate, int]
    lost: tuple[str, ...]
    extra: tuple[str, ...]

    def checks(self) -> tuple[Check, ...]:
        """That nothing is lost, and nothing is there that should not be."""
        told = ", ".join(f"{count} {fate}" for fate, count in self.fates.items())
        return (
            Check("each acknowledged write is in the tables", not self.lost, _told(told, "lost", self.lost)),
            Check("and no write more than once", not self.extra, _told(told, "extra", self.extra)),
        )


def _told(fates: str, name: str, found: tuple[str, ...]) -> str:
    return f"{fates}; {len(found)} {name}{f', such as {found[0]}' if found else ''}"


@dataclass
class _Expectation:
    """What may be found of one load's writes, as far as its results were read.

    Attributes:
        left: the states of which one must be found, by thing; None for none.
        unborn: what may have been made, though nobody knows under which id.
    """

    left: dict[_Place, set[State | None]] = field(default_factory=dict)
    unborn: set[State] = field(default_factory=set)

    def take(self, result: RequestResult, known: Fate) -> None:
        assert result.write
        state = result.write.state
        after = None if result.write.method == "DELETE" else state
        if known == "acknowledged":
            self.left[_place(state)] = {after}
        elif known == "unknown" and state.id:
            self.left[_place(state)].add(after)
        elif known == "unknown":
            self.unborn.add(state)


def compare(results: Iterable[RequestResult], rows: Iterable[State]) -> Comparison:
    """Compare what clients know with what the tables hold.

    Args:
        results: all of one load, in the order in which they began; those without a write are passed over.
        rows: all that the tables hold of it.
    """
    expected = _Expectation()
    fates: dict[Fate, int] = {"acknowledged": 0, "refused": 0, "unknown": 0}
    for result in results:
        if result.write:
            known = fate(result)
            fates[known] += 1
            expected.take(result, known)
    lost: list[str] = []
    extra: list[str] = []
    missing = {place for place, states in expected.left.items() if None not in states}
    for row in rows:
        place = _place(row)
        states = expected.left.pop(place, None)
        missing.discard(place)
        if states is not None and row not in states:
            newest = max((each.revision for each in states if each), default=row.revision)
            (extra if row.revision > newest else lost).append(f"{row} in place of {states}")
        elif states is None and (unborn := replace(row, id=0)) in expected.unborn:
            expected.unborn.remove(unborn)
        elif states is None:
            extra.append(str(row))
    lost += [f"{noun} {id}" for noun, id in sorted(missing)]
    return Comparison(fates, tuple(lost), tuple(extra))


def _place(state: State) -> _Place:
    return state.noun, state.id
