from datetime import date
from pathlib import Path

import pytest

from ogrom_rules import AllowList, AllowListError, Finding, Level

TODAY = date(2026, 11, 25)
ADDED = Finding(
    "protocol-member-added", Level.MAJOR, "ogrom.a.Source.read", "Whoever implements it lacks read."
)
OTHER = Finding("name-removed", Level.MAJOR, "ogrom.a.f", "f is gone.")

ENTRY = """
[[allowed]]
rule = "protocol-member-added"
symbol = "ogrom.a.Source.read"
reason = "Only we implement it."
expires = 2026-11-25
"""


def listed(tmp_path: Path, text: str) -> AllowList:
    file = tmp_path / "api-allowed.toml"
    file.write_text(text)
    return AllowList.read(file)


def test_a_project_without_a_list_allows_nothing(tmp_path: Path) -> None:
    """All findings stay what they are."""
    assert AllowList.read(tmp_path / "none").apply([ADDED], TODAY) == (ADDED,)


def test_what_is_allowed_counts_as_less_and_says_why(tmp_path: Path) -> None:
    """On its last day still; other findings stay."""
    first, second = listed(tmp_path, ENTRY).apply([ADDED, OTHER], TODAY)
    assert first == OTHER
    assert (second.rule, second.level) == (ADDED.rule, Level.MINOR)
    assert second.text.endswith("lacks read. Allowed until 2026-11-25: Only we implement it.")


def test_an_entry_may_say_that_it_counts_as_a_patch(tmp_path: Path) -> None:
    """Where nobody can see the change."""
    (found,) = listed(tmp_path, ENTRY + 'level = "patch"\n').apply([ADDED], TODAY)
    assert found.level is Level.PATCH


def test_an_expired_entry_is_an_error(tmp_path: Path) -> None:
    """From the day after."""
    with pytest.raises(AllowListError, match=r"ogrom\.a\.Source\.read expired on 2026-11-25"):
        listed(tmp_path, ENTRY).apply([ADDED], date(2026, 11, 26))


def test_an_entry_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    """It would hide the next change of that name."""
    with pytest.raises(AllowListError, match=r"ogrom\.a\.Source\.read matches no finding"):
        listed(tmp_path, ENTRY).apply([OTHER], TODAY)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ENTRY.replace('"Only we implement it."', '" "'), "rule, symbol and reason must not be empty"),
        (ENTRY.replace("reason", "because"), "unknown keys: because"),
        (ENTRY.replace("2026-11-25", '"soon"'), "expires must be a date"),
        (ENTRY.replace("2026-11-25", "2026-11-25T10:00:00"), "expires must be a date"),
        (ENTRY + 'level = "none"', "level must be minor or patch"),
        (ENTRY.replace("allowed", "permitted"), r"it has no \[\[allowed\]\]"),
        ("[[allowed", "is malformed"),
    ],
)
def test_a_malformed_entry_is_an_error(tmp_path: Path, text: str, problem: str) -> None:
    """With the file and what is wrong."""
    with pytest.raises(AllowListError, match=rf"(?s)api-allowed\.toml.*{problem}"):
        listed(tmp_path, text)
