"""Levels of change and the versions they lead to, as https://semver.org defines them."""

import enum
from typing import Self

from packaging.version import Version


class Level(enum.IntEnum):
    """How much a change asks of users; a larger level asks more."""

    NONE = 0
    """Nothing changed."""
    PATCH = 1
    """It behaves better."""
    MINOR = 2
    """There is more to use."""
    MAJOR = 3
    """Code that uses it may break."""

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The level with this name.

        Raises:
            ValueError: there is none.
        """
        for level in cls:
            if str(level) == text:
                return level
        raise ValueError(f"{text!r} is not a level; use patch, minor or major.")


def demanded(level: Level, version: Version) -> Level:
    """The level that a release after this version needs for changes of that level.

    While a version is 0.y, a breaking change raises y, and every other change raises the last number (semver, 4).
    """
    if version.major > 0 or level is Level.NONE:
        return level
    return Level.MINOR if level is Level.MAJOR else Level.PATCH


def following(current: Version, last: Version, level: Level) -> Version:
    """The lowest version above the current one that also raises the last good release by this level.

    Args:
        current: the version to go beyond; the number of a yanked release is not used again.
        last: the last good release.
        level: what the changes demand.
    """
    lowest = bumped(last, level)
    # A pre-release has already been raised.
    start = last if current.is_prerelease else current
    levels = (bumped(start, each) for each in (Level.PATCH, Level.MINOR, Level.MAJOR))
    return next(each for each in levels if each >= lowest and each > current)


def bumped(version: Version, level: Level) -> Version:
    """The next version of this level: 1.2.3 becomes 1.2.4, 1.3.0 or 2.0.0."""
    major, minor, micro = version.major, version.minor, version.micro
    texts = {
        Level.NONE: f"{major}.{minor}.{micro}",
        Level.PATCH: f"{major}.{minor}.{micro + 1}",
        Level.MINOR: f"{major}.{minor + 1}.0",
        Level.MAJOR: f"{major + 1}.0.0",
    }
    return Version(texts[level])
