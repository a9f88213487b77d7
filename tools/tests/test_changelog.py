from datetime import date
from pathlib import Path

import pytest
from packaging.version import Version

from ogrom_tools.changelog import Changelog, adding
from ogrom_tools.command import Failed
from ogrom_tools.projects import Project, discover

TEXT = """\
# Changelog of ogrom-core

What changed, for those who use it.

## [Unreleased]

### Added

- Likes.

## [1.10.0] - 2026-11-20

### Fixed

- Comments.

## [1.9.0] - 2026-11-01 [YANKED]

- Collages.

## [1.0.0] - 2026-10-01

- Products.
"""
TODAY = date(2026, 11, 25)


def test_what_is_not_released_is_the_first_part() -> None:
    """Without the lines around it."""
    assert Changelog.parse(TEXT).unreleased == "### Added\n\n- Likes."


def test_it_is_written_as_it_was_read() -> None:
    """What nobody asked to change stays as it is."""
    assert Changelog.parse(TEXT).text == TEXT


@pytest.mark.parametrize("project", discover().released, ids=lambda each: str(each.name))
def test_our_changelogs_are_of_this_form(project: Project) -> None:
    """And a release changes nothing in them but what it says."""
    text = (project.folder / "CHANGELOG.md").read_text(encoding="utf-8")
    assert Changelog.read(project.folder).text == text


def test_a_release_takes_the_unreleased_part() -> None:
    """And leaves an empty one for the next."""
    released = Changelog.parse(TEXT).released(Version("1.11.0"), TODAY)
    assert released.text == TEXT.replace("## [Unreleased]", "## [Unreleased]\n\n## [1.11.0] - 2026-11-25")
    assert Changelog.parse(released.text).unreleased == ""


def test_a_release_of_nothing_is_refused() -> None:
    """Its users would have nothing to read."""
    empty = Changelog.parse(TEXT).released(Version("1.11.0"), TODAY)
    with pytest.raises(Failed, match=r"says nothing under \[Unreleased\]"):
        empty.released(Version("1.12.0"), TODAY)


def test_headings_alone_say_nothing() -> None:
    """`### Added` without a line below is an empty part too."""
    text = TEXT.replace("- Likes.", "### Fixed")
    with pytest.raises(Failed, match=r"says nothing under \[Unreleased\]"):
        Changelog.parse(text).released(Version("1.11.0"), TODAY)


def test_a_version_has_one_part() -> None:
    """A second release of it would be another's."""
    with pytest.raises(Failed, match=r"already has a section for 1\.9\.0"):
        Changelog.parse(TEXT).released(Version("1.9.0"), TODAY)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("1.0.0", "1.10.0", ["1.10.0", "1.9.0"]),
        ("1.9.0", "1.10.0", ["1.10.0"]),
        (None, "1.9.0", ["1.9.0", "1.0.0"]),
        ("1.0.0", "1.9.5", ["1.9.0"]),
        ("1.10.0", "1.10.0", []),
        ("1.10.0", "1.9.0", []),
    ],
)
def test_an_upgrade_is_told_by_the_parts_between(old: str | None, new: str, parts: list[str]) -> None:
    """After the old version, up to the new one; newest first, and never what is not released."""
    text = Changelog.parse(TEXT).between(Version(old) if old else None, Version(new))
    assert [line.split("]")[0] for line in text.splitlines() if line.startswith("## ")] == [
        f"## [{part}" for part in parts
    ]
    assert ("- Products." in text) == ("1.0.0" in parts)
    assert "- Likes." not in text


@pytest.mark.parametrize("text", ["", "# Changelog\n", TEXT.replace("[Unreleased]", "[2.0.0]")])
def test_without_an_unreleased_part_it_is_refused(text: str) -> None:
    """The error says how one is written."""
    with pytest.raises(Failed, match=r"must begin with a section `## \[Unreleased\]`"):
        Changelog.parse(text)


def test_a_part_of_no_version_is_refused() -> None:
    """When it is read, and not when somebody upgrades."""
    with pytest.raises(Failed, match=r"\[Next\] is not a version"):
        Changelog.parse(TEXT.replace("[1.9.0]", "[Next]"))


def test_a_missing_changelog_says_where_to_begin(tmp_path: Path) -> None:
    """With its whole path."""
    with pytest.raises(Failed, match=rf"no {tmp_path}/CHANGELOG.md; start one"):
        Changelog.read(tmp_path)


def test_a_heading_within_an_example_is_none() -> None:
    """A fenced block is text."""
    example = "```markdown\n## [0.1.0]\n```"
    changelog = Changelog.parse(TEXT.replace("- Likes.", example))
    assert changelog.unreleased.endswith(example)
    assert len(changelog.sections) == 4


def test_a_line_stands_above_a_table() -> None:
    """And above lines of its kind, whose list it joins."""
    assert adding("### Removed\n\n| f | g |", "Removed", "h") == "### Removed\n\n- h\n\n| f | g |"
    assert adding("### Removed\n\n- f", "Removed", "h") == "### Removed\n\n- h\n- f"
