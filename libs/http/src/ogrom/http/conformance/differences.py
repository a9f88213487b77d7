"""Differences: where two outcomes of one run part, and where they meet again."""

from collections.abc import Iterator
from dataclasses import dataclass

from .outcomes import Outcome

Path = tuple[str, ...]

COMPARED = (
    "Allow",
    "Accept-Patch",
    "Content-Encoding",
    "Content-Language",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Location",
    "Vary",
)


@dataclass(frozen=True)
class Detour:
    """The paths part after `after`; each then has steps that the other has not, until they meet again.

    Attributes:
        after: the last common step; empty at the start.
        theirs, ours: the steps up to where the paths meet, or to the end where they do not.
        final: whether they do not meet again, so that all else may differ too.
    """

    after: str
    theirs: Path
    ours: Path
    final: bool


@dataclass(frozen=True)
class FieldDifference:
    """A header field has another value, or is on one side only.

    Attributes:
        name: the field's.
        theirs, ours: its values, None where it is missing.
    """

    name: str
    theirs: str | None
    ours: str | None


Difference = Detour | FieldDifference


def differences(theirs: Outcome, ours: Outcome) -> Iterator[Difference]:
    """Every difference; header fields are compared where the paths end alike."""
    detours = [
        *_moves(theirs.path, ours.path),
        *_detours(_without_moved(theirs.path), _without_moved(ours.path)),
    ]
    yield from detours
    if not any(detour.final for detour in detours):
        for name in COMPARED:
            if theirs.headers.get(name) != ours.headers.get(name):
                yield FieldDifference(name, theirs.headers.get(name), ours.headers.get(name))


MOVED = "if_match_star_exists_for_missing-"
"""The one node that has another place; where it lets a request pass it is compared by itself."""


def _moves(theirs: Path, ours: Path) -> Iterator[Detour]:
    if (MOVED in theirs or MOVED in ours) and theirs != ours:
        yield Detour("exists-", _only_moved(theirs), _only_moved(ours), final=False)


def _without_moved(path: Path) -> Path:
    return tuple(step for step in path if step != MOVED)


def _only_moved(path: Path) -> Path:
    return tuple(step for step in path if step == MOVED)


def _detours(theirs: Path, ours: Path) -> Iterator[Detour]:
    after = ""
    while theirs and ours:
        if theirs[0] == ours[0]:
            after, theirs, ours = theirs[0], theirs[1:], ours[1:]
            continue
        left, right = _meeting(theirs, ours)
        if left == len(theirs) or right == len(ours):
            break
        yield Detour(after, theirs[:left], ours[:right], final=False)
        theirs, ours = theirs[left:], ours[right:]
    if theirs or ours:
        yield Detour(after, theirs, ours, final=True)


def _meeting(theirs: Path, ours: Path) -> tuple[int, int]:
    """How many steps each path goes until the first step that both have; all of them if there is none.

    Paths that ask the same node with other answers do not meet there: what follows is another way.
    """
    for left, step in enumerate(theirs):
        if step in ours:
            return left, ours.index(step)
    return len(theirs), len(ours)
