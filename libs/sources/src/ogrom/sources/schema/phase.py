"""Phase: how far the tables of a database have come."""

import re
from dataclasses import dataclass
from typing import Self

__all__ = ["Phase"]

_NUMBER = re.compile(r"[0-9]{4}")
_PHASE = re.compile(r"(?P<expand>[0-9]{4})?(?P<backfills>(~[0-9]{4})*)(?P<contracts>(\+[0-9]{4})*)")


@dataclass(frozen=True)
class Phase:
    """The changes that a database has had, by their numbers; as text `0006~0007+0008`.

    Attributes:
        expand: the last expand; empty for a database without tables.
        backfills: those that are finished.
        contracts: those that are finished.
    """

    expand: str = ""
    backfills: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The phase that a text names.

        Raises:
            ValueError: it names none.
        """
        if not (found := _PHASE.fullmatch(text)):
            raise ValueError(f"{text!r} is no phase of a database, such as 0006~0007+0008")
        backfills, contracts = (
            frozenset(_NUMBER.findall(found[each])) for each in ("backfills", "contracts")
        )
        return cls(found["expand"] or "", backfills, contracts)

    def __str__(self) -> str:
        return self.expand + "".join(
            sign + number
            for sign, numbers in (("~", self.backfills), ("+", self.contracts))
            for number in sorted(numbers)
        )
