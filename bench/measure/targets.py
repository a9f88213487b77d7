"""What we mean to reach, and whether a run has."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .tables import Table


@dataclass(frozen=True)
class Target:
    """A bound that a figure is to keep.

    Attributes:
        what: the figure, in words.
        limit: the bound.
        kind: which side of it is right.
        unit: of both; empty for a ratio.
    """

    what: str
    limit: float
    kind: Literal["at least", "at most"] = "at least"
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    """A target and what was measured; None where a run has not measured it."""

    target: Target
    value: float | None
    why_not: str = ""

    @property
    def met(self) -> bool:
        """Whether it is reached; never where it was not measured."""
        if self.value is None:
            return False
        below = self.value <= self.target.limit
        return below if self.target.kind == "at most" else self.value >= self.target.limit

    @property
    def told(self) -> str:
        """Met, or by how much not."""
        if self.value is None:
            return f"not measured: {self.why_not}"
        if self.met:
            return "met"
        share = abs(self.value / self.target.limit - 1)
        return f"missed by {share:.0%}" if share >= 0.01 else f"missed by {share:.1%}"


def verdicts(found: Iterable[Verdict]) -> Table:
    """The table of targets."""
    rows = [
        (
            each.target.what,
            "-" if each.value is None else f"{each.value:.2f} {each.target.unit}".strip(),
            f"{each.target.kind} {each.target.limit:g} {each.target.unit}".strip(),
            each.told,
        )
        for each in found
    ]
    return Table("Targets", ("figure", "measured", "target", ""), rows)
