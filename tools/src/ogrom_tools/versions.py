"""What a change asks of a version number, by https://semver.org."""

import enum
from typing import Self

from packaging.version import Version

from ogrom_tools.command import Failed


class Level(enum.IntEnum):
    """How much a change asks of those who use a project; the larger, the more."""

    NONE = 0
    """Nothing changed."""
    PATCH = 1
    """It behaves better."""
    MINOR = 2
    """There is more to use."""
    MAJOR = 3
    """What used it may break."""

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The level of this name.

        Raises:
            Failed: there is none.
        """
        for level in cls:
            if str(level) == text:
                return level
        raise Failed(f"{text!r} is no level of a change; use patch, minor or major.")


def demanded(level: Level, version: Version) -> Level:
    """The level that a change of this version must be released with.

    While a version is 0.y, a breaking change raises y and any other the last number (semver, 4).
    """
    if version.major > 0 or level is Level.NONE:
        return level
    return Level.MINOR if level is Level.MAJOR else Level.PATCH


def following(current: Version, last: Version, level: Level) -> Version:
    """The lowest version that follows one and raises the last good release by a level.

    Args:
        current: the one that it follows; what was yanked is not given again.
        last: the good release.
        level: what the changes demand.
    """
    lowest = bumped(last, level)
    # What a pre-release has raised already is not raised once more.
    start = last if current.is_prerelease else current
    levels = (bumped(start, each) for each in (Level.PATCH, Level.MINOR, Level.MAJOR))
    return next(each for each in levels if each >= lowest and each > current)


def bumped(version: Version, level: Level) -> Version:
    """The next version of this level: `1.2.3` becomes 1.2.4, 1.3.0 or 2.0.0."""
    major, minor, micro = version.major, version.minor, version.micro
    texts = {
        Level.NONE: f"{major}.{minor}.{micro}",
        Level.PATCH: f"{major}.{minor}.{micro + 1}",
        Level.MINOR: f"{major}.{minor + 1}.0",
        Level.MAJOR: f"{major + 1}.0.0",
    }
    return Version(texts[level])
