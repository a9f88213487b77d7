"""The file lattice.toml: which releases of ogrom-sources serve which phase of the schema, and the proof's hash."""

import dataclasses
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Release
from ogrom_tools.projects import Workspace
from ogrom_tools.schema.phases import Phase

PROJECT = "sources"
"""The library whose schema it is."""

FILE = "lattice.toml"
"""Its place in the repository."""

HEADER = """\
# Which releases of sources serve which phase of the schema, alone or beside another, where nobody migrates.
# Written by ./dev release, which adds rows and changes none; ./dev verify --schema proves them again.
"""


_IMPLIED = (("beside", ""), ("starts", True))
# What a line leaves out.


@dataclass(frozen=True, kw_only=True)
class Row:
    """One release serves one phase on one kind of database."""

    phase: str
    """Such as `0005`, or `0006~0007+0008` after a backfill and a contract."""
    release: str
    """The version of ogrom-sources."""
    beside: str = ""
    """The version of the earlier one that ran on the same database; "" where it was alone."""
    database: str
    """`sqlite` or `mariadb`."""
    starts: bool = True
    """Whether its own `migrate` leaves the phase as it is, as an image needs that migrates at its start."""
    edition: int
    """Of the harness that proved it."""
    evidence: str
    """The SHA-256 of what was tried, and what came of it, as hexadecimal digits."""

    @property
    def claim(self) -> tuple[str, str, str, str]:
        """What it claims, apart from the proof: no two rows have the same."""
        return (self.phase, self.release, self.beside, self.database)

    def __str__(self) -> str:
        """`phase 0005, mariadb: sources 4.1.0 beside 3.0.0`."""
        beside = f" beside {self.beside}" if self.beside else ""
        return f"phase {self.phase}, {self.database}: sources {self.release}{beside}"


@dataclass(frozen=True)
class Lattice:
    """All rows, in the order in which they were proved."""

    rows: tuple[Row, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @classmethod
    def read(cls, root: Path) -> Self:
        """The lattice of a checkout; an empty one where none is kept.

        Raises:
            Failed: it is damaged.
        """
        file = root / FILE
        return cls.parse(file.read_text(encoding="utf-8")) if file.exists() else cls()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The lattice that a text holds.

        Raises:
            Failed: it is damaged.
        """
        try:
            return cls().adding([_checked(Row(**each)) for each in _tables(text)])
        except (TypeError, ValueError, Failed) as problem:
            raise Failed(f"{FILE} is damaged: {problem}; restore it: git checkout {FILE}") from problem

    @property
    def text(self) -> str:
        """The file's content, a line a row."""
        return "\n".join([HEADER.rstrip(), "served = [", *map(_text, self.rows), "]", ""])

    def write(self, root: Path) -> None:
        """Replace the file of a checkout, atomically."""
        new = root / f".{FILE}.new"
        new.write_text(self.text, encoding="utf-8")
        new.replace(root / FILE)

    def adding(self, rows: Iterable[Row]) -> Self:
        """The lattice with more rows; one that is there stays as it is.

        Raises:
            Failed: one claims what another row does, by other evidence.
        """
        known = {each.claim: each for each in self.rows}
        for each in rows:
            if known.setdefault(each.claim, each) != each:
                raise Failed(f"{each} was proved before, by other evidence, and a row never changes.")
        return type(self)(tuple(known.values()))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Those that a release serves, in order."""
        return tuple(sorted({Phase.parse(each.phase) for each in self}))

    def serving(self, phase: Phase) -> tuple[str, ...]:
        """The releases that serve a phase alone, by version, rising; a proof on one kind of database is enough."""
        alone = {each.release for each in self if each.phase == str(phase) and not each.beside}
        return tuple(sorted(alone, key=Version))

    def together(self, phase: Phase, one: str, other: str) -> bool:
        """Whether two releases are proved beside each other on a phase."""
        pairs = {frozenset((each.release, each.beside)) for each in self if each.phase == str(phase)}
        return frozenset((one, other)) in pairs


def _tables(text: str) -> list[dict[str, Any]]:
    """The rows.

    Raises:
        ValueError: there is something else, or it is no TOML.
    """
    document = tomllib.loads(text)
    rows = document.pop("served", [])
    if document or not isinstance(rows, list):
        raise ValueError("it holds something else than rows")
    return rows


def touches(workspace: Workspace, releases: Iterable[Release]) -> bool:
    """Whether a lattice is kept, and one of these releases adds to it."""
    return (workspace.root / FILE).exists() and any(each.project == PROJECT for each in releases)


def _checked(row: Row) -> Row:
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if type(value) is not field.type:
            raise ValueError(f"{field.name} of {row} has the wrong type: {value!r}")
    if len(row.evidence) != 64 or set(row.evidence) - set("0123456789abcdef"):
        raise ValueError(f"evidence of {row} must have 64 hexadecimal digits: {row.evidence!r}")
    for version in filter(None, (row.release, row.beside)):
        Version(version)
    return row


def _text(row: Row) -> str:
    """One line. A JSON value is a TOML value too."""
    values: dict[str, Any] = dataclasses.asdict(row)
    values = {key: value for key, value in values.items() if (key, value) not in _IMPLIED}
    return f"  {{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in values.items())} }},"
