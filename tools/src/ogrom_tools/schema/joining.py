"""Whether a release of ogrom-sources may join the field: it serves what the database can be at, beside all others."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.schema.field import Field
from ogrom_tools.schema.lattice import PROJECT, Lattice
from ogrom_tools.schema.phases import Phase

_REVISION = re.compile(r"/migrations/versions/v(\d{4})_\w+\.py$", re.MULTILINE)


def check(
    workspace: Workspace, ledger: Ledger, lattice: Lattice, release: Release, history: Path | None = None
) -> None:
    """Check that a release of sources may be pinned, where a lattice is kept.

    Args:
        workspace: the checkout.
        ledger: the releases.
        lattice: what is proved.
        release: the one to be pinned.
        history: see `Field.read`.

    Raises:
        Failed: it may not be; the text says what to do first.
    """
    if not lattice.rows:
        return
    repository = Repository(workspace.root)

    def brings(version: str) -> str:
        tree = ledger.find(PROJECT, version).tree
        return max(_REVISION.findall(repository("ls-tree", "-r", "--name-only", tree)), default="")

    joining = Joining(lattice, Field.read(workspace, history), release.version, brings)
    if refusal := joining.refusal:
        raise Failed(refusal)


_SAY = """
If the database is at another phase, its history says so: ogrom-deploy history --json > history.json, then add
--history history.json"""


@dataclass(frozen=True)
class Joining:
    """A release that is to join the field.

    Attributes:
        lattice: what is proved.
        field: who is there.
        release: its version.
        brings: the last expand that a version has.
    """

    lattice: Lattice
    field: Field
    release: str
    brings: Callable[[str], str]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What the database may be at now: what is known of it, or any phase that all in the field serve."""
        if self.field.phases:
            return self.field.phases
        there = self.field.releases
        last = max(map(self.brings, there), default="")
        served = (each for each in self.lattice.phases if {*there} <= {*self.lattice.serving(each)})
        return tuple(each for each in served if each.expand <= last) or (Phase(last),)

    @property
    def refusal(self) -> str:
        """Why it may not, and what to do; "" if it may."""
        # A deploy runs its expands before it gets any traffic.
        reached = dict.fromkeys(each.after(self.brings(self.release)) for each in self.phases)
        return next(filter(None, map(self._refusal, reached)), "")

    def _refusal(self, phase: Phase) -> str:
        serving = self.lattice.serving(phase)
        if self.release not in serving:
            return f"sources {self.release} is not proved to serve phase {phase}.\n{self._way_to(phase)}"
        for each in self.field.releases:
            there = f"sources {each}, which is {self.field.where(each)},"
            if each not in serving:
                return f"{there} is not proved to serve phase {phase}.\n{self._way_past(each)}"
            if each != self.release and not self.lattice.together(phase, self.release, each):
                beside = f"sources {self.release} is not proved beside {each}"
                return f"{beside} on phase {phase}, and {there} is in the field.\n{self._way_past(each)}"
        return ""

    def _way_to(self, phase: Phase) -> str:
        """What to do before it can serve a phase."""
        known = "" if self.field.phases else _SAY
        for each in self.lattice.phases:
            if each.expand == phase.expand and self.release in self.lattice.serving(each):
                lacking = {*each.backfills} - {*phase.backfills}
                taken = {*phase.contracts} - {*each.contracts}
                if lacking and not taken:
                    first = f"ogrom-deploy backfill {min(lacking)}"
                    return f"It reads what a backfill fills. Finish that first: {first}{known}"
                if taken and not lacking:
                    others = ", ".join(self.lattice.serving(phase))
                    return f"Contract {min(taken)} takes away what it uses; pin one that serves it: {others}{known}"
        return self._prove(self.release)

    def _way_past(self, other: str) -> str:
        """What to do about another one in the field."""
        first, last = sorted(map(Version, (other, self.release)))
        between = (each.release for each in self.lattice if first < Version(each.release) < last)
        step = next(
            (each for each in between if self._meet(each, other) and self._meet(each, self.release)), ""
        )
        deploy = f"Pin and deploy sources {step} first, until {other} is out of the field.\n" if step else ""
        return f"{deploy}{self._prove(other)}"

    def _meet(self, one: str, other: str) -> bool:
        return any(self.lattice.together(each, one, other) for each in self.lattice.phases)

    def _prove(self, release: str) -> str:
        more = "".join(f" --release {each}" for each in dict.fromkeys((self.release, release)))
        return f"If nobody has tried it: ./dev verify --schema --add{more}"
