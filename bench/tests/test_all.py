import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import BENCHES, PARTS, main

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_everything_takes_an_hour_or_so() -> None:
    """Otherwise nobody would run it."""
    assert sum(PARTS.values()) <= 65 * 60


@pytest.mark.parametrize("name", PARTS)
def test_each_part_can_run_and_has_its_place(name: str) -> None:
    """It is a module, and one document has its marks."""
    assert importlib.util.find_spec(f"bench.{name}") is not None
    texts = (path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    (text,) = [each for each in texts if f"<!-- bench: {name} -->" in each]
    assert text.index(f"<!-- bench: {name} -->") < text.index(f"<!-- /bench: {name} -->")


@pytest.mark.parametrize("name", BENCHES)
def test_each_bench_exists_and_is_in_the_readme(name: str) -> None:
    """Everything that `--help` lists can be run."""
    assert importlib.util.find_spec(f"bench.{name}") is not None
    assert f"`./dev bench {name}" in (DOCS.parent / "bench" / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHES)
def test_each_bench_starts_in_a_process_of_its_own(name: str) -> None:
    """What it imports can be loaded in that order, and its help names it."""
    command = (sys.executable, "-m", f"bench.{name}", "--help")
    done = subprocess.run(command, cwd=DOCS.parent, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"usage: ./dev bench {name}" in done.stdout


def test_no_bench_is_missing_from_the_list() -> None:
    """Every module with a main program is one, except those that benches start themselves."""
    folder = DOCS.parent / "bench"
    programs = {
        ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__main__")
        for path in folder.rglob("*.py")
        if "__main__" in path.read_text(encoding="utf-8") and not {"tests", "apps"} & {*path.parts}
    }
    started = {"__main__", "growth.service", "measure.distance", "measure.openloop"}
    assert programs - started == set(BENCHES)


def test_help_has_a_line_for_each_bench(capsys: pytest.CaptureFixture[str]) -> None:
    """The line begins with the name, and fits into a terminal."""
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out.splitlines()
    for name in BENCHES:
        (line,) = (each for each in told if each.split()[:1] == [name])
        assert len(line) <= 110


def test_a_part_that_fails_does_not_keep_the_others_from_running(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """All run with the same options, and the failed ones are named at the end."""
    monkeypatch.setattr("bench.__main__.PARTS", {"unknown": 1, "unheard": 1})
    with pytest.raises(SystemExit, match=r"these parts failed; .*: unknown, unheard"):
        main(["--quick"])
    assert "No module named bench.unheard" in capfd.readouterr().err
