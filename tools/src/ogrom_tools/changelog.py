"""Reads a project's CHANGELOG.md, in the form of https://keepachangelog.com, and dates what is released."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Self

from packaging.version import InvalidVersion, Version

from ogrom_tools.command import Failed

FILE = "CHANGELOG.md"
"""Its name in a project's folder."""

HEADING = re.compile(r"^## \[(?P<name>[^]]+)\](?P<rest>.*)$", re.MULTILINE)
EXAMPLE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
"""A fenced block; a line in it that looks like a heading is not one."""

UNRELEASED = "Unreleased"


@dataclass(frozen=True)
class Section:
    """What changed in one version."""

    name: str
    """The version, or `Unreleased`."""
    heading: str
    """The whole line."""
    body: str
    """What it says, without empty lines around it."""


@dataclass(frozen=True)
class Changelog:
    """A changelog: what comes before the sections, and the sections, newest first."""

    preamble: str
    sections: tuple[Section, ...]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The changelog of a project's folder.

        Raises:
            Failed: there is none, or it has no section for what is not released.
        """
        file = folder / FILE
        if not file.exists():
            raise Failed(f"There is no {file}; start one: https://keepachangelog.com")
        return cls.parse(file.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The changelog that a text holds.

        Raises:
            Failed: its first section is not the unreleased one, or another has no version.
        """
        hidden = EXAMPLE.sub(lambda example: re.sub(r"[^\n]", " ", example[0]), text)
        found = list(HEADING.finditer(hidden))
        ends = [*(each.start() for each in found), len(text)]
        sections = tuple(
            Section(each["name"], each[0], text[each.end() : end].strip())
            for each, end in zip(found, ends[1:], strict=True)
        )
        if not sections or sections[0].name != UNRELEASED:
            raise Failed(f"{FILE} must begin with a section `## [{UNRELEASED}]`.")
        for section in sections[1:]:
            _check_version(section)
        return cls(text[: ends[0]].strip(), sections)

    @property
    def unreleased(self) -> str:
        """What changed since the last release; "" if nobody wrote anything, or headings only."""
        body = self.sections[0].body
        return body if any(line and not line.startswith("#") for line in body.splitlines()) else ""

    def telling(self, changes: str) -> Self:
        """The changelog with this as its unreleased part."""
        return type(self)(self.preamble, (replace(self.sections[0], body=changes), *self.sections[1:]))

    def released(self, version: Version, day: date) -> Self:
        """The changelog with the unreleased part as this version's, and a new, empty one on top.

        Raises:
            Failed: there is nothing to release, or the version has a section already.
        """
        if not self.unreleased:
            raise Failed(
                f"{FILE} says nothing under [{UNRELEASED}]; write what changed, for those who use it."
            )
        if str(version) in {each.name for each in self.sections}:
            raise Failed(f"{FILE} already has a section for {version}.")
        new = Section(str(version), f"## [{version}] - {day.isoformat()}", self.unreleased)
        empty = Section(UNRELEASED, f"## [{UNRELEASED}]", "")
        return type(self)(self.preamble, (empty, new, *self.sections[1:]))

    def between(self, old: Version | None, new: Version) -> str:
        """The parts of the versions after `old`, up to and with `new`; from the first where `old` is None."""
        parts = (
            f"{each.heading}\n\n{each.body}"
            for each in self.sections
            if each.name != UNRELEASED
            and (old is None or old < Version(each.name))
            and Version(each.name) <= new
        )
        return "\n\n".join(parts)

    @property
    def text(self) -> str:
        """The file's content."""
        parts = (f"{each.heading}\n\n{each.body}".strip() for each in self.sections)
        return "\n\n".join([self.preamble, *parts]) + "\n"


def adding(body: str, kind: str, line: str) -> str:
    """A section's text with one more line, under the heading of its kind, such as `Removed`."""
    heading = f"### {kind}\n\n"
    before, found, after = body.partition(heading)
    if found:
        gap = "\n" if after.startswith("- ") else "\n\n"  # a table would become part of the line
        return f"{before}{heading}- {line}{gap}{after}"
    return f"{body}\n\n{heading}- {line}"


def _check_version(section: Section) -> None:
    try:
        Version(section.name)
    except InvalidVersion as problem:
        raise Failed(f"{FILE}: [{section.name}] is not a version.") from problem
