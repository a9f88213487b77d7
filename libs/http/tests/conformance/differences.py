"""Differences between two runs of one request: where their paths part, and where they meet again."""

from collections.abc import Iterator
from dataclasses import dataclass

from ogrom.http.negotiation import best_language, best_media_type

from .vectors import Run, Vector

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
        theirs, ours: the steps up to where the paths meet, or to the end if they do not.
        final: whether they do not meet again, so that everything else may differ, too.
    """

    @property
    def turn(self) -> tuple[str, bool] | None:
        """The node at which the paths part, and our answer; None if it is not one node with opposite answers."""
        name = self.ours[0].rstrip("+-") if self.ours else ""
        if {self.theirs[:1], self.ours[:1]} != {(f"{name}+",), (f"{name}-",)}:
            return None
        return name, self.ours[0].endswith("+")

    after: str
    theirs: Path
    ours: Path
    final: bool


@dataclass(frozen=True)
class FieldDifference:
    """A header field has another value, or is in one response only.

    Attributes:
        name: the field's.
        theirs, ours: its values, None if it is missing.
    """

    name: str
    theirs: str | None
    ours: str | None


Difference = Detour | FieldDifference


def differences(theirs: Run, ours: Run) -> Iterator[Difference]:
    """Every difference; header fields are compared if the paths end alike."""
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
"""The one node that has another place; if it lets a request pass, it is compared by itself."""


def _moves(theirs: Path, ours: Path) -> Iterator[Detour]:
    both_missing = "exists-" in theirs and "exists-" in ours
    if both_missing and (MOVED in theirs or MOVED in ours) and theirs != ours:
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
    """How many steps each path takes until the first step that both have; all of them if there is none.

    Paths with different answers of one node do not meet there: they go on to different nodes.
    """
    for left, step in enumerate(theirs):
        if step in ours:
            return left, ours.index(step)
    return len(theirs), len(ours)


@dataclass(frozen=True)
class Case:
    """One difference, with everything that a rule may look at."""

    vector: Vector
    theirs: Run
    ours: Run
    difference: Difference

    @property
    def method(self) -> str:
        """The request's method."""
        return self.vector.request.method

    def field(self, name: str) -> str:
        """A header field of the request, empty where there is none."""
        return self.vector.request.headers.get(name, "")

    def offers(self, what: str) -> list[str]:
        """What the resource has available: media-types, languages or encodings."""
        offered: list[str] = self.vector.resource.get(f"available-{what}", [])
        return offered

    @property
    def methods(self) -> list[str]:
        """The methods that the resource allows in Liberator."""
        allowed: list[str] = self.vector.resource.get("allowed-methods", ["GET", "HEAD"])
        return allowed

    @property
    def media_type(self) -> str | None:
        """The media type that Accept prefers; None if it accepts none, or none is offered."""
        offered = tuple(self.offers("media-types"))
        return best_media_type(self.field("accept"), offered) if offered else None

    @property
    def languages(self) -> tuple[str, ...]:
        """The offered languages, without `*`."""
        return tuple(tag for tag in self.offers("languages") if tag != "*")

    @property
    def language(self) -> str | None:
        """The language that Accept-Language finds, or the default one; None if none is offered."""
        offered = self.languages
        return (best_language(self.field("accept-language"), offered) or offered[0]) if offered else None
