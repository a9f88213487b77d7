"""Change: what happens to the tables between two phases of a database, as a value."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Dialect

__all__ = ["Change", "Kind", "Operation", "Refused", "Step"]

_NAME = re.compile(r"[0-9]{4}(_[a-z0-9]+)+")


class Kind(StrEnum):
    """Who may be at work while a change is made.

    Attributes:
        EXPAND: old code and new code; it only adds.
        BACKFILL: old code and new code; it fills rows from before an expand, in batches.
        CONTRACT: new code only; it takes away what old code uses.
    """

    EXPAND = "expand"
    BACKFILL = "backfill"
    CONTRACT = "contract"


class Refused(Exception):
    """An operation cannot be done on these tables; the message says what to do first."""


@dataclass(frozen=True)
class Step:
    """One statement of an operation.

    Attributes:
        text: without the clauses that `statement` adds.
        is_done: whether the tables are as the statement leaves them, by whomever it was run.
        algorithm: MySQL's ALGORITHM clause: the server refuses what it cannot do in this way. None where the
            statement has no such clause.
        lock: MySQL's LOCK clause.
    """

    text: str
    is_done: Callable[[Connection], bool]
    algorithm: str | None = None
    lock: str | None = None

    @property
    def statement(self) -> str:
        """What is sent."""
        clauses = {"ALGORITHM": self.algorithm, "LOCK": self.lock}
        return ", ".join((self.text, *(f"{name}={value}" for name, value in clauses.items() if value)))

    @property
    def is_instant(self) -> bool:
        """Whether it changes no row, so that it needs its lock for a moment only."""
        return self.algorithm in {None, "INSTANT"}

    def run(self, connection: Connection) -> None:
        """Send the statement."""
        connection.exec_driver_sql(self.statement)


class Operation(ABC):
    """A change of one thing, in steps that can each be run again."""

    @abstractmethod
    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The steps in order.

        Args:
            dialect: of a connection that is open, so that it knows MariaDB from MySQL.
        """

    def obstacle(self, connection: Connection) -> str | None:
        """Why the operation would do harm on these tables, and what to do first; None where it does none."""
        return None


@dataclass(frozen=True)
class Change:
    """What a release changes in the tables, of one kind.

    Attributes:
        name: its number and a few words: `0006_collages_words_default`. Numbers go on from Alembic's revision 0005.
        kind: see `Kind`.
        operations: in order. A backfill has one `ogrom.sources.schema.backfill.Backfill` instead.
        after: the changes that must be finished before.
    """

    name: str
    kind: Kind
    operations: tuple[Operation, ...]
    after: "tuple[Change, ...]" = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"{self.name!r} is no name of a change; write one like 0006_collages_words_default"
            )
        if late := [each.name for each in self.after if each.number >= self.number]:
            raise ValueError(f"{self.name} comes before {late[0]}, which it is to follow; change its number")

    @property
    def number(self) -> str:
        """The first four digits of its name."""
        return number(self.name)


def number(name: str) -> str:
    """The number in the name of a change."""
    return name[:4]
