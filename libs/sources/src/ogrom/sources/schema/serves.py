"""Serves: the phases of a database that a release works on, and those of this one."""

from dataclasses import dataclass

from .change import Kind
from .changes import CHANGES
from .phase import Phase

__all__ = ["SERVES", "Serves"]


@dataclass(frozen=True)
class Serves:
    """What a release says of the tables; changes by their numbers.

    Attributes:
        expand: the last expand that it brings.
        needs: the last expand that it needs.
        backfills: those that must be finished, since it reads what they fill.
        until: the contracts that take away what it uses.
        knows: the last change that it was released with. A later contract may take away anything.
    """

    expand: str = ""
    needs: str = ""
    backfills: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    knows: str = ""

    def serves(self, phase: Phase) -> bool:
        """Whether the release works on a database at this phase."""
        return not self.problem(phase)

    def problem(self, phase: Phase, migrate: str = "migrate") -> str:
        """Why the release does not work at this phase, and what to do; empty if it does.

        Args:
            migrate: the command that brings the tables up to date, as it is to be typed.
        """
        found = f"The database {f'is at {phase}' if phase.expand else 'has no tables'}"
        if phase.expand < self.needs:
            return f"{found}; this version needs {self.needs}: run `{migrate}`."
        if unfilled := min(set(self.backfills) - phase.backfills, default=""):
            return f"{found}; this version needs the end of backfill {unfilled}: run `{migrate} --backfill {unfilled}`."
        if taken := min(
            (each for each in phase.contracts if each in self.until or each > self.knows), default=""
        ):
            why = (
                "has taken away what this version uses"
                if taken in self.until
                else f"is later than all that this version knows ({self.knows or 'nothing'})"
            )
            return f"{found}; contract {taken} {why}: run a version that serves it."
        return ""


_BEFORE = "0005"
"""The last of Alembic's revisions from before there were changes."""


SERVES = Serves(
    expand=max((each.number for each in CHANGES if each.kind is Kind.EXPAND), default=_BEFORE),
    needs="0006",
    backfills=(),
    until=(),
    knows=max((each.number for each in CHANGES), default=_BEFORE),
)
"""What this release serves. Three of the members are written by hand: `needs`, `backfills` and `until`."""
