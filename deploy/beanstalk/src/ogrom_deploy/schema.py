"""The database's tables, as far as deploys are concerned: phases, and which of them a version serves.

Changes have numbers that go on: expands and backfills add a form of the data, contracts take one away.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

_NUMBER = re.compile(r"[0-9]{4}")
_PHASE = re.compile(r"(?P<expand>[0-9]{4})?(?P<backfills>(~[0-9]{4})*)(?P<contracts>(\+[0-9]{4})*)")


@dataclass(frozen=True)
class Phase:
    """How far a database has come; as text `0006~0007+0008`.

    Attributes:
        expand: the last expand; empty for none that is known.
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
        parts = (frozenset(_NUMBER.findall(found[each])) for each in ("backfills", "contracts"))
        return cls(found["expand"] or "", *parts)

    def __str__(self) -> str:
        return self.expand + "".join(
            sign + number
            for sign, numbers in (("~", self.backfills), ("+", self.contracts))
            for number in sorted(numbers)
        )

    def __or__(self, more: "Phase") -> "Phase":
        """The phase after both have been reached."""
        return Phase(
            max(self.expand, more.expand), self.backfills | more.backfills, self.contracts | more.contracts
        )


@dataclass(frozen=True)
class Schema:
    """What a version says of the database's tables.

    Attributes:
        expand: the last expand that it brings.
        needs: the last expand that it needs.
        backfills: those that must be finished, since it reads what they fill.
        until: the contracts that take away what it uses.
        knows: the last change that it was released with.
    """

    expand: str = ""
    needs: str = ""
    backfills: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    knows: str = ""

    def __post_init__(self) -> None:
        for each in filter(None, (self.expand, self.needs, self.knows, *self.backfills, *self.until)):
            if not _NUMBER.fullmatch(each):
                raise ValueError(f"a change has a number of four digits, and {each!r} is none")
        if not self.needs <= self.expand <= self.knows:
            raise ValueError("a version needs no later expand than it brings, and knows what it brings")

    def serves(self, phase: Phase) -> bool:
        """Whether the version works on a database at this phase."""
        enough = phase.expand >= self.needs and phase.backfills >= set(self.backfills)
        return enough and not self.lacks(phase)

    def lacks(self, phase: Phase) -> str:
        """The first contract of a phase that takes away what the version uses, or may; empty for none."""
        # A contract that was written after the version may take away anything.
        return min((each for each in phase.contracts if each in self.until or each > self.knows), default="")


NOTHING = Schema()
"""What a version says that was made before versions said anything: it needs nothing, and knows no contract."""


@dataclass(frozen=True)
class Database:
    """What is known of the database.

    Attributes:
        certain: what it has come to at least.
        possible: what it has come to at most: a task was begun, and nobody has seen its end.
    """

    certain: Phase = Phase()
    possible: Phase = Phase()

    def begun(self, effect: Phase) -> "Database":
        """What is known when a task was begun that has this effect."""
        return replace(self, possible=self.possible | effect)

    def done(self, effect: Phase) -> "Database":
        """What is known when such a task has ended well."""
        return Database(self.certain | effect, self.possible | effect)


def refusal(label: str, schema: Schema | None, database: Database) -> str:
    """Why a version must not run on a database; empty if it may, once its own tasks are done.

    What it needs is brought about by tasks; what a contract has taken away is not brought back.
    """
    schema = schema or NOTHING
    if not (contract := schema.lacks(database.possible)):
        return ""
    why = "takes away what it uses" if contract in schema.until else "is later than all that it knows"
    return f"{label} does not serve a database at {database.possible}: contract {contract} {why}."
