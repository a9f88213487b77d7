"""The level that a change of an npm package asks for."""

from collections.abc import Callable

import pytest

from ogrom_rules import Finding
from ogrom_tools.npm.comparison import compare, said
from ogrom_tools.npm.tarball import Tarball
from ogrom_tools.testing.checkout import Checkout

Edit = Callable[[str, str, str], str]


@pytest.fixture
def told(cutlery: Checkout, tarball: Tarball, edit: Edit) -> Callable[[], list[tuple[str, str, bool]]]:
    """Level and symbol of each change since the release, and whether it removes what was not deprecated.

    Since the release there is another version, and the changelog says nothing.
    """
    edit("CHANGELOG.md", "### Added\n\n- All of it.\n", "")
    edit("package.json", '"version": "0.1.0"', '"version": "0.2.0"')

    def told() -> list[tuple[str, str, bool]]:
        tree = cutlery.repository.tree("HEAD", "clients/spoons")
        found: tuple[Finding, ...] = compare(cutlery.repository, tarball.path, tree)
        return [(str(each.level), each.symbol, each.removes) for each in found]

    return told


Told = Callable[[], list[tuple[str, str, bool]]]


@pytest.mark.slow
def test_what_is_not_published_is_no_change(told: Told, edit: Edit) -> None:
    """A test or the changelog; the version is another one with each release."""
    edit("CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n### Added\n\n- A test.\n")
    assert told() == []


@pytest.mark.slow
def test_another_implementation_is_a_patch(told: Told, edit: Edit) -> None:
    """Whatever it is."""
    edit("src/size.ts", "return 1", "return 2")
    assert told() == [("patch", "dist/size.js", False)]


@pytest.mark.slow
def test_names_come_and_go(told: Told, edit: Edit) -> None:
    """Types like values, through `export *`, of each entry of `exports`; a deprecated one needs no reason to go."""
    edit("src/size.ts", "export function size", "export class Bowl {}\n\nexport function size_")
    edit("src/index.ts", "{ size } from", "* from")
    edit("src/index.ts", "export type", "type")
    edit("package.json", '"exports": {', '"exports": {\n    "./size": "./dist/size.js",')
    assert told() == [
        ("major", "@ogrom/spoons.Old", False),
        ("major", "@ogrom/spoons.Spoon", True),
        ("major", "@ogrom/spoons.size", True),
        ("minor", "@ogrom/spoons.Bowl", False),
        ("minor", "@ogrom/spoons.size_", False),
        ("minor", "@ogrom/spoons/size.Bowl", False),
        ("minor", "@ogrom/spoons/size.size_", False),
        ("patch", "dist/index.d.ts", False),
    ]


@pytest.mark.parametrize(
    ("kinds", "levels"),
    [
        (["Fixed"], []),
        (["Added"], ["minor"]),
        (["Fixed", "Changed"], ["minor"]),
        (["Removed"], ["major"]),
        (["Deprecated", "Removed"], ["major", "minor"]),
    ],
)
def test_the_changelog_says_what_names_do_not(kinds: list[str], levels: list[str]) -> None:
    """Another parameter, say."""
    text = "\n\n".join(f"### {kind}\n\n- What size is." for kind in kinds)
    assert [str(each.level) for each in said(text)] == levels
