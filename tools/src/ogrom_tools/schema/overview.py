"""What `./dev status` shows of the schema: who serves each phase, who is in the field, which contracts are due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ogrom_tools.schema.field import Field
from ogrom_tools.schema.lattice import Lattice
from ogrom_tools.schema.phases import Phase


@dataclass(frozen=True)
class Contract:
    """Whether an old form may be taken away.

    Attributes:
        number: of the change that does.
        needed_by: the releases in the field that are not proved to work without it.
        is_done: whether the deploys' history says that it is finished.
        since: when the last one that needed it left the field, in seconds since 1970; None if one is there, or if
            there was none.
        last: that one, and where it was.
    """

    number: str
    needed_by: tuple[str, ...] = ()
    is_done: bool = False
    since: float | None = None
    last: str = ""

    @property
    def is_due(self) -> bool:
        """Whether nothing in the field needs the old form any more."""
        return not (self.is_done or self.needed_by)

    def __str__(self) -> str:
        if self.is_done:
            return f"contract {self.number}: finished"
        if self.needed_by:
            return f"contract {self.number}: the old form is needed by {', '.join(self.needed_by)}"
        since = (
            f" since {_time(self.since)}, when {self.last} left the field" if self.since is not None else ""
        )
        return f"contract {self.number}: due{since}: ogrom-deploy contract {self.number}"


@dataclass(frozen=True)
class Overview:
    """The lattice, and the field."""

    lattice: Lattice
    field: Field

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Those after which a release is proved to work, in order."""
        numbers = sorted({number for each in self.lattice.phases for number in each.contracts})
        return tuple(map(self._contract, numbers))

    def _contract(self, number: str) -> Contract:
        after = [each for each in self.lattice.phases if number in each.contracts]
        free = {release for each in after for release in self.lattice.serving(each)}
        needed_by = tuple(each for each in self.field.releases if each not in free)
        is_done = bool(self.field.phases) and all(number in each.contracts for each in self.field.phases)
        left = self.field.left(lambda release: release not in free)
        if needed_by or left is None:
            return Contract(number, needed_by, is_done)
        stay, since = left
        return Contract(number, needed_by, is_done, since, f"sources {stay.release} ({stay.where})")

    @property
    def lines(self) -> Iterator[str]:
        """All of it for people."""
        for phase in self.lattice.phases:
            unproved = [f"{one} beside {two}" for one, two in self._unproved(phase)]
            more = f"; not proved: {', '.join(unproved)}" if unproved else ""
            yield f"phase {phase}: served by {', '.join(self.lattice.serving(phase))}{more}"
        for each in self.field.releases:
            yield f"in the field: {each}, {self.field.where(each)}"
        if self.field.phases:
            yield f"the database: at {' or '.join(map(str, self.field.phases))}"
        yield from map(str, self.contracts)

    @property
    def values(self) -> Mapping[str, object]:
        """All of it for programs."""
        return {
            "phases": [
                {
                    "phase": str(each),
                    "served_by": list(self.lattice.serving(each)),
                    "not_proved": [list(pair) for pair in self._unproved(each)],
                }
                for each in self.lattice.phases
            ],
            "field": [{"release": each, "is": self.field.where(each)} for each in self.field.releases],
            "database": [str(each) for each in self.field.phases],
            "contracts": [
                {
                    "contract": each.number,
                    "is_due": each.is_due,
                    "is_done": each.is_done,
                    "needed_by": list(each.needed_by),
                    "since": None if each.since is None else _time(each.since),
                }
                for each in self.contracts
            ],
        }

    def _unproved(self, phase: Phase) -> list[tuple[str, str]]:
        """The pairs in the field that serve a phase, and that nobody has tried together; the later first."""
        names = [each for each in self.lattice.serving(phase) if each in self.field.releases]
        pairs = ((one, two) for place, one in enumerate(names) for two in names[:place])
        return [(one, two) for one, two in pairs if not self.lattice.together(phase, one, two)]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
