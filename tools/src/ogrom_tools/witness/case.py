"""A case: a finding about one operation, on both sides."""

from dataclasses import dataclass

from ogrom_rules.contract import ContractFinding
from ogrom_tools.witness.operation import Operation, Place


@dataclass(frozen=True)
class Case:
    """A finding about one operation.

    Attributes:
        finding: what changed.
        old, new: the operation; None on the side that lacks it.
    """

    finding: ContractFinding
    old: Operation | None
    new: Operation | None

    @property
    def sent(self) -> Operation:
        """The operation as clients of the old release know it; the new one where that lacks it."""
        operation = self.old or self.new
        assert operation is not None
        return operation

    def known(self, name: str) -> str:
        """What the finding says by this name; an empty text for nothing."""
        return dict(self.finding.known).get(name, "")

    @property
    def status(self) -> str:
        """The status of the answer that the finding is about; an empty text for any."""
        rest = self.finding.symbol.removeprefix(self.sent.name).split()
        return rest[0] if rest and self.finding.symbol.startswith(self.sent.name) else ""

    def places(self, side: Operation | None) -> tuple[Place, ...]:
        """Where the description of one side has what the finding is about."""
        return tuple(each for each in side.places() if self.finding.symbol in each.names) if side else ()
