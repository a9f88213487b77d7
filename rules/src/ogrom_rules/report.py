"""A report of what changed since a release, for people and for programs."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import Version
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from .levels import Level, bumped, demanded
from .table import Finding, level

COLOURS = {Level.MAJOR: "red", Level.MINOR: "yellow", Level.PATCH: "green", Level.NONE: ""}


@dataclass(frozen=True)
class Report:
    """What changed since a release."""

    project: str
    last: Version
    """The release."""
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """The level of the most serious finding."""
        return level(self.findings)

    @property
    def next_version(self) -> Version:
        """The lowest version that the next release may have; the last version if nothing changed."""
        return bumped(self.last, demanded(self.level, self.last))

    @property
    def json(self) -> Mapping[str, object]:
        """The report as JSON values."""
        return {
            "project": self.project,
            "last": str(self.last),
            "level": str(self.level),
            "next": str(self.next_version),
            "findings": [dataclasses.asdict(each) | {"level": str(each.level)} for each in self.findings],
        }

    def print(self, console: Console) -> None:
        """Print the report as a table."""
        if not self.findings:
            console.print(f"{self.project} {self.last} and the work tree are the same.")
            return
        # Text, since `list[int]` in code is not markup.
        table = Table(Column("Level"), Column("Symbol, rule and what changed", overflow="fold"), box=None)
        for each in self.findings:
            what = Text(f"{each.symbol}: {each.rule}\n{each.text}")
            table.add_row(Text(str(each.level), COLOURS[each.level]), what)
        console.print(table)
        summary = f"Since {self.project} {self.last}: [{COLOURS[self.level]}]{self.level}[/]."
        console.print(f"\n{summary} The next version must be at least {self.next_version}.")
