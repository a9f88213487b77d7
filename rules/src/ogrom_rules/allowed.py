"""Findings that a project allows until a date, in a TOML file; README.md shows its format."""

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from .levels import Level
from .table import Finding, ordered


class AllowListError(ValueError):
    """The list is malformed or out of date; the text says what to change."""


@dataclass(frozen=True)
class Allowed:
    """One entry of the list."""

    rule: str
    symbol: str
    reason: str
    expires: date
    """The last day on which the entry counts."""
    level: Level = Level.MINOR
    """What the finding counts as."""

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> Self:
        """Read one entry.

        Raises:
            ValueError: a key is missing, unknown or has a value of the wrong type.
        """
        texts = [entry.get(name) for name in ("rule", "symbol", "reason")]
        if unknown := entry.keys() - {"rule", "symbol", "reason", "expires", "level"}:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise ValueError("rule, symbol and reason must not be empty")
        expires, level = entry.get("expires"), entry.get("level", "minor")
        if type(expires) is not date:
            raise ValueError("expires must be a date, such as 2027-01-31")
        if level not in {"minor", "patch"}:
            raise ValueError("level must be minor or patch")
        return cls(entry["rule"], entry["symbol"], entry["reason"].strip(), expires, Level[level.upper()])

    def matches(self, finding: Finding) -> bool:
        """Whether the entry allows this finding."""
        return (self.rule, self.symbol) == (finding.rule, finding.symbol) and finding.level > self.level

    def lower(self, finding: Finding) -> Finding:
        """The finding at the level that the entry gives it."""
        text = f"{finding.text} Allowed until {self.expires}: {self.reason}"
        return dataclasses.replace(finding, level=self.level, text=text, removes=False)


@dataclass(frozen=True)
class AllowList:
    """The entries of one file."""

    file: Path
    entries: tuple[Allowed, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """The list in a file; empty if the file does not exist.

        Raises:
            AllowListError: the file is malformed.
        """
        if not file.exists():
            return cls(file, ())
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8"))["allowed"]
            return cls(file, tuple(map(Allowed.parse, entries)))
        except KeyError as problem:
            raise AllowListError(f"{file} is malformed: it has no [[allowed]]") from problem
        except ValueError as problem:
            raise AllowListError(
                f"{file} is malformed: {problem}; rules/README.md shows the format"
            ) from problem

    def apply(self, findings: Iterable[Finding], today: date) -> tuple[Finding, ...]:
        """The findings, those that are allowed at their lower level.

        Args:
            findings: all findings.
            today: the date on which entries must not have expired.

        Raises:
            AllowListError: an entry has expired or matches nothing; the text names every such entry.
        """
        found, problems = list(findings), []
        for entry in self.entries:
            hits = [each for each in found if entry.matches(each)]
            if entry.expires < today:
                problems.append(f"{entry.rule} at {entry.symbol} expired on {entry.expires}")
            elif not hits:
                problems.append(f"{entry.rule} at {entry.symbol} matches no finding")
            found = [entry.lower(each) if each in hits else each for each in found]
        if problems:
            raise AllowListError(f"{self.file.name}: remove or renew these entries:\n" + "\n".join(problems))
        return ordered(found)
