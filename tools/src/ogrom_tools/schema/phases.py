"""The phases of the schema."""

import re
from dataclasses import dataclass, replace
from typing import Self

from ogrom_tools.command import Failed

_PHASE = re.compile(r"(?P<expand>\d{4})(?P<backfills>(~\d{4})*)(?P<contracts>(\+\d{4})*)", re.ASCII)


@dataclass(frozen=True, order=True)
class Phase:
    """How far the schema of a database is; as text `0006~0007+0008`.

    Attributes:
        expand: the number of its last expand.
        backfills: those that are finished, in order.
        contracts: those that are finished, in order.
    """

    expand: str
    backfills: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "".join(
            (self.expand, *(f"~{each}" for each in self.backfills), *(f"+{each}" for each in self.contracts))
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The phase of its text.

        Raises:
            Failed: it is none.
        """
        if not (found := _PHASE.fullmatch(text)):
            raise Failed(f"{text!r} is no phase of a database, such as 0006~0007+0008.")
        backfills, contracts = (re.findall(r"\d{4}", found[each]) for each in ("backfills", "contracts"))
        return cls(found["expand"], tuple(sorted(backfills)), tuple(sorted(contracts)))

    def after(self, expand: str) -> Self:
        """The phase after an expand and those before it, which is this one if they are in it."""
        return replace(self, expand=max(self.expand, expand))
