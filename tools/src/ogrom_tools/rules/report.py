"""Report: findings, and the version that they ask for, for people and for machines."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import Version
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ogrom_tools.versions import Level, bumped, demanded

from .finding import Finding, level

COLOURS = {Level.MAJOR: "red", Level.MINOR: "yellow", Level.PATCH: "green", Level.NONE: ""}


@dataclass(frozen=True)
class Report:
    """What has changed since a release."""

    project: str
    last: Version
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """What they ask of the next version."""
        return level(self.findings)

    @property
    def next_version(self) -> Version:
        """The lowest version that the next release may have; the last one's where there is nothing to release."""
        return bumped(self.last, demanded(self.level, self.last))

    @property
    def json(self) -> Mapping[str, object]:
        """The whole of it as JSON values."""
        return {
            "project": self.project,
            "last": str(self.last),
            "level": str(self.level),
            "next": str(self.next_version),
            "findings": [dataclasses.asdict(each) | {"level": str(each.level)} for each in self.findings],
        }

    def print(self, console: Console) -> None:
        """Show it as a table."""
        if not self.findings:
            console.print(f"{self.project} {self.last} and the work tree are the same.")
            return
        # No markup in what comes from code: `list[int]` is none.
        table = Table(Column("Level"), Column("Place, rule and what changed", overflow="fold"), box=None)
        for each in self.findings:
            what = Text(f"{each.place}: {each.rule}\n{each.text}")
            table.add_row(Text(str(each.level), COLOURS[each.level]), what)
        console.print(table)
        said = f"Since {self.project} {self.last}: [{COLOURS[self.level]}]{self.level}[/]."
        console.print(f"\n{said} The lowest legal next version is {self.next_version}.")
