"""A report of what changed since a release, for people and for programs."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import Version

from .levels import Level, bumped, demanded
from .table import Finding, level


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

    def __str__(self) -> str:
        if not self.findings:
            return f"{self.project} {self.last} and the work tree are the same."
        lines = [
            f"{each.level!s:5}  {each.symbol}: {each.rule}\n       {each.text}" for each in self.findings
        ]
        since = f"Since {self.project} {self.last}: {self.level}."
        return "\n".join([*lines, "", f"{since} The next version must be at least {self.next_version}."])
