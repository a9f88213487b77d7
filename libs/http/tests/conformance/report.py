"""Verdicts on vectors, and the report on a file of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .corrections import CORRECTIONS
from .differences import Case, Detour, Difference, differences
from .liberator import run
from .vectors import Run, Vector, run_of


@dataclass(frozen=True)
class Verdict:
    """The verdict on one vector.

    Attributes:
        ours: our run.
        corrections: the ids of those that explain a difference, each once, in the order of the differences.
        unexplained: the differences that none of them explains.
    """

    ours: Run
    corrections: tuple[str, ...]
    unexplained: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """The verdict as one object, for machines."""
        return {
            "status": self.ours.status,
            "headers": dict(self.ours.headers),
            "path": self.ours.path,
            "correction": self.corrections[0] if self.corrections else None,
            "corrections": self.corrections,
            "unexplained": [str(each) for each in self.unexplained],
        }


def judge(vector: Vector) -> Verdict:
    """Run a vector and explain every difference, or say that it is not explained.

    If our run goes on where Liberator's ended, the rules must explain what follows, too: the model of Liberator, made
    to answer that node as we do, says what Liberator would have done.
    """
    ours, theirs = run_of(vector), vector.theirs
    explained: dict[str, None] = {}
    unexplained: list[Difference] = []
    forced: dict[str, bool] = {}
    while True:
        turn = None
        for difference in differences(theirs, ours):
            reason = _reason(Case(vector, theirs, ours, difference))
            if reason is None:
                unexplained.append(difference)
            else:
                explained[reason] = None
                turn = difference.turn if isinstance(difference, Detour) and difference.final else None
        if turn is None or unexplained or turn[0] in forced:
            return Verdict(ours, tuple(explained), tuple(unexplained))
        forced[turn[0]] = turn[1]
        theirs = run(vector.resource, vector.request, forced).run


def _reason(case: Case) -> str | None:
    return next((each.id for each in CORRECTIONS if each.explains(case)), None)


def summary(verdicts: Iterable[tuple[Vector, Verdict]]) -> Iterator[str]:
    """The lines that tell a person what a file showed, the unexplained ones last."""
    judged = list(verdicts)
    counts = Counter(id for _, verdict in judged for id in verdict.corrections)
    agreeing = sum(not verdict.corrections and not verdict.unexplained for _, verdict in judged)
    unexplained = [(n, *each) for n, each in enumerate(judged, start=1) if each[1].unexplained]
    differing = [each for each in judged if each[1].corrections and not each[1].unexplained]
    fields = sum(vector.theirs.path == verdict.ours.path for vector, verdict in differing)
    yield f"{len(judged)} vectors"
    yield f"{agreeing:6} agree"
    yield f"{len(differing):6} differ for a reason, {fields} of them in header fields only:"
    for correction in CORRECTIONS:
        if counts[correction.id]:
            yield f"{counts[correction.id]:10} {correction.id} ({correction.reason})"
    yield f"{len(unexplained):6} are unexplained"
    for number, vector, verdict in unexplained:
        yield f"line {number}: {vector.request.method} {vector.request.headers} on {vector.resource}"
        for difference in verdict.unexplained:
            yield f"    {_told(difference)}"


def _told(difference: Difference) -> str:
    if isinstance(difference, Detour):
        return f"after {difference.after or 'the start'}: {difference.theirs} became {difference.ours}"
    return f"{difference.name}: {difference.theirs!r} became {difference.ours!r}"
