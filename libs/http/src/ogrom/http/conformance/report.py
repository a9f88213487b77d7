"""Reports: what a run over a file of vectors found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .cases import Case
from .corrections import CORRECTIONS
from .differences import Detour, Difference, differences
from .outcomes import Outcome, outcome_of
from .vectors import Vector


@dataclass(frozen=True)
class Verdict:
    """What one vector showed.

    Attributes:
        ours: our outcome.
        corrections: the ids of those that explain a difference, each once, in the order of the differences.
        unexplained: the differences that none explains.
    """

    ours: Outcome
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
    """Run a vector and explain every difference, or say that it is not explained."""
    theirs, ours = vector.theirs, outcome_of(vector)
    explained: dict[str, None] = {}
    unexplained = []
    for difference in differences(theirs, ours):
        reason = _reason(Case(vector, theirs, ours, difference))
        if reason is None:
            unexplained.append(difference)
        else:
            explained[reason] = None
    return Verdict(ours, tuple(explained), tuple(unexplained))


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
