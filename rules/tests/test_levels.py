import pytest
from hypothesis import given, strategies as st
from packaging.version import Version

from ogrom_rules.levels import Level, bumped, demanded

levels = st.sampled_from(Level)
changes = st.sampled_from([Level.PATCH, Level.MINOR, Level.MAJOR])
numbers = st.integers(0, 2000)
versions = st.builds(lambda *parts: Version("{}.{}.{}".format(*parts)), numbers, numbers, numbers)


def compatible(old: Version, new: Version) -> bool:
    """Whether `>=old,<next breaking` admits the new one: what a dependent writes."""
    end = Version(f"{old.major + 1}") if old.major else Version(f"0.{old.minor + 1}")
    return old <= new < end


@pytest.mark.parametrize(
    ("level", "version", "needed", "following"),
    [
        ("none", "1.2.3", "none", "1.2.3"),
        ("patch", "1.2.3", "patch", "1.2.4"),
        ("minor", "1.2.3", "minor", "1.3.0"),
        ("major", "1.2.3", "major", "2.0.0"),
        ("none", "0.2.3", "none", "0.2.3"),
        ("patch", "0.2.3", "patch", "0.2.4"),
        ("minor", "0.2.3", "patch", "0.2.4"),
        ("major", "0.2.3", "minor", "0.3.0"),
        ("major", "0.0.1", "minor", "0.1.0"),
    ],
)
def test_what_a_change_asks_of_a_version(level: str, version: str, needed: str, following: str) -> None:
    """While a version is 0.y, one level less."""
    found = demanded(Level.parse(level), Version(version))
    assert str(found) == needed
    assert bumped(Version(version), found) == Version(following)


@given(level=levels)
def test_a_level_is_read_as_it_is_written(level: Level) -> None:
    """In the words of semver."""
    assert Level.parse(str(level)) is level


@pytest.mark.parametrize("text", ["", "huge", "Minor ", "2"])
def test_another_word_is_no_level(text: str) -> None:
    """The refusal says which are."""
    with pytest.raises(ValueError, match=r"not a level.*patch, minor or major"):
        Level.parse(text)


@given(version=versions, level=changes)
def test_a_change_raises_the_version(version: Version, level: Level) -> None:
    """And no change leaves it."""
    assert bumped(version, level) > version
    assert bumped(version, demanded(level, version)) > version
    assert bumped(version, Level.NONE) == version


@given(version=versions, one=changes, other=changes)
def test_a_larger_level_raises_it_further(version: Version, one: Level, other: Level) -> None:
    """So that the largest of several changes decides."""
    if one < other:
        assert bumped(version, one) < bumped(version, other)
    assert (demanded(one, version) <= demanded(other, version)) or one > other


@given(version=versions, level=changes)
def test_exactly_a_breaking_change_leaves_the_range_of_dependents(version: Version, level: Level) -> None:
    """A dependent that asks for `>=1.2,<2`, or for `>=0.2,<0.3`, gets all the others."""
    following = bumped(version, demanded(level, version))
    assert compatible(version, following) == (level is not Level.MAJOR)
