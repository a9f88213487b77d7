"""AllowList: findings that a project's people know better about, in a file of its folder.

    [[allowed]]
    rule = "protocol-member-added"
    place = "ogrom.sources.wrappers.Observe.close"
    level = "minor"                       # what it counts as instead; minor unless it says patch
    reason = "Only we implement it: it is given out, never taken."
    expires = 2027-01-31

What is allowed for ever is forgotten, so an entry has a last day; and one that allows nothing has to go.
"""

import dataclasses
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from ogrom_tools.command import Failed
from ogrom_tools.versions import Level

from .finding import Finding, ordered


@dataclass(frozen=True)
class Allowed:
    """One entry of the list."""

    rule: str
    place: str
    reason: str
    expires: date
    """The last day on which it counts."""
    level: Level = Level.MINOR

    @classmethod
    def parse(cls, entry: dict[str, Any]) -> Self:
        """Read one entry.

        Raises:
            ValueError: something is missing, unknown or not what it has to be.
        """
        texts = [entry.get(name) for name in ("rule", "place", "reason")]
        if unknown := entry.keys() - {"rule", "place", "reason", "expires", "level"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise ValueError("rule, place and reason must say something")
        expires, level = entry.get("expires"), entry.get("level", "minor")
        if type(expires) is not date:
            raise ValueError("expires must be a day, such as 2027-01-31")
        if level not in {"minor", "patch"}:
            raise ValueError("level must be minor or patch")
        return cls(entry["rule"], entry["place"], entry["reason"].strip(), expires, Level[level.upper()])

    def matches(self, finding: Finding) -> bool:
        """Whether this is what the entry allows."""
        return (self.rule, self.place) == (finding.rule, finding.place) and finding.level > self.level

    def lower(self, finding: Finding) -> Finding:
        """The finding, as it counts."""
        text = f"{finding.text} Allowed until {self.expires}: {self.reason}"
        return dataclasses.replace(finding, level=self.level, text=text, removes=False)


@dataclass(frozen=True)
class AllowList:
    """The entries of one file."""

    file: Path
    entries: tuple[Allowed, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """The list in a file; empty where there is none.

        Raises:
            Failed: it cannot be understood.
        """
        if not file.exists():
            return cls(file, ())
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8"))["allowed"]
            return cls(file, tuple(map(Allowed.parse, entries)))
        except KeyError as problem:
            raise Failed(f"{file} cannot be understood: it has no [[allowed]]") from problem
        except ValueError as problem:
            raise Failed(
                f"{file} cannot be understood: {problem}; its form: [[allowed]] in tools/README.md"
            ) from problem

    def apply(self, findings: Iterable[Finding], today: date) -> tuple[Finding, ...]:
        """The findings as they count.

        Args:
            findings: what was found.
            today: entries that expired before do not count.

        Raises:
            Failed: an entry has expired, or there is nothing that it allows; the text names them all.
        """
        found, problems = list(findings), []
        for entry in self.entries:
            hits = [each for each in found if entry.matches(each)]
            if entry.expires < today:
                problems.append(f"{entry.rule} at {entry.place} expired on {entry.expires}")
            elif not hits:
                problems.append(f"{entry.rule} at {entry.place} allows nothing that was found")
            found = [entry.lower(each) if each in hits else each for each in found]
        if problems:
            raise Failed(f"{self.file.name}: remove or renew these entries:\n" + "\n".join(problems))
        return ordered(found)
