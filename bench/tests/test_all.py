import importlib.util
from pathlib import Path

import pytest

from bench.__main__ import PARTS, main

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_everything_takes_an_hour_or_so() -> None:
    """Else nobody runs it."""
    assert sum(PARTS.values()) <= 65 * 60


@pytest.mark.parametrize("name", PARTS)
def test_each_part_can_run_and_has_its_place(name: str) -> None:
    """A module, and marks in one document."""
    assert importlib.util.find_spec(f"bench.{name}") is not None
    texts = (path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    (text,) = [each for each in texts if f"<!-- bench: {name} -->" in each]
    assert text.index(f"<!-- bench: {name} -->") < text.index(f"<!-- /bench: {name} -->")


def test_a_part_that_fails_does_not_keep_the_others_from_running(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """All are tried, with the same options, and those that failed are named in the end."""
    monkeypatch.setattr("bench.__main__.PARTS", {"unknown": 1, "unheard": 1})
    with pytest.raises(SystemExit, match=r"these parts failed, .*: unknown, unheard"):
        main(["--quick"])
    assert "No module named bench.unheard" in capfd.readouterr().err
