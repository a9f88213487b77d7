"""What is run for hours."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.command import Failed
from ogrom_tools.projects import Workspace, discover
from ogrom_tools.test import debian, proofs
from ogrom_tools.test.proofs import PROOFS, Proof, main, throttled
from ogrom_tools.test.suites import Suite


@pytest.mark.parametrize("name", PROOFS)
def test_every_proof_has_something_to_run(name: str) -> None:
    """And says what."""
    proof = PROOFS[name]
    assert proof.suites(discover())
    assert proof.what
    assert proof.times > 0


@pytest.fixture
def played(
    tmp_path: Path, commit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Plays a proof whose runs exit with these codes, in a checkout of its own."""
    (tmp_path / ".gitignore").write_text(".nox/\n")
    commit(tmp_path, "First")
    monkeypatch.setattr(debian, "ensure", lambda *rest: None)

    def play(*codes: int) -> Result:
        left = list(codes)

        def suites(workspace: Workspace) -> tuple[Suite, ...]:
            return (Suite("it", (Path(sys.executable).name, "-c", f"raise SystemExit({left.pop(0)})")),)

        monkeypatch.setattr(proofs, "PROOFS", {**PROOFS, "histories": Proof("this", suites, len(codes))})
        return CliRunner().invoke(main, ["histories", f"--root={tmp_path}"])

    return play


def test_all_runs_are_made_and_counted(played: Callable[..., Result]) -> None:
    """Also those behind one that fails."""
    result = played(0, 1, 0)
    runs = [line.split()[2] for line in result.output.splitlines() if line.startswith("run ")]
    assert (result.exit_code, runs) == (1, ["passed", "failed", "passed"])
    assert "2 passed, 1 failed" in result.output


def test_it_is_well_if_all_runs_are(played: Callable[..., Result]) -> None:
    """It tells of which commit."""
    result = played(0, 0)
    assert result.exit_code == 0, result.output
    assert re.search(r"^histories at [0-9a-f]{12}: 2 passed, 0 failed$", result.output, re.MULTILINE)


@pytest.fixture
def cgroup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where groups are made, in the place of the kernel's; and nobody has to be root."""
    monkeypatch.setattr(proofs, "CGROUP", tmp_path)
    monkeypatch.setattr(proofs, "_own", lambda base: base)
    monkeypatch.setattr(debian, "as_root", lambda: ())
    return tmp_path


def test_a_quarter_of_a_processor(cgroup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process joins a group that has it, and goes back where it was."""
    monkeypatch.setattr(proofs, "_share", lambda: 0.25)
    with throttled():
        (group,) = cgroup.iterdir()
        files = {file.name: file.read_text().strip() for file in group.iterdir()}
        for name in files:
            (group / name).unlink()  # which the kernel does with the group
    assert files == {"cpu.max": "25000 100000", "cgroup.procs": str(os.getpid())}
    assert [file.name for file in cgroup.iterdir()] == ["cgroup.procs"]


@pytest.mark.slow
def test_no_group_is_left() -> None:
    """Whether this machine lets us make one or not."""
    before = groups()
    with suppress(Failed), throttled():
        assert len(groups() - before) == 1
    assert groups() == before


def groups() -> set[Path]:
    return {each for base in (proofs.CGROUP, proofs.CGROUP / "cpu") for each in base.glob("ogrom-*")}


def test_a_limit_without_effect_is_an_error(cgroup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a busy program has is measured before anything is believed."""

    def measured() -> float:
        shutil.rmtree(next(cgroup.iterdir()) / "")
        (cgroup / f"ogrom-{os.getpid()}").mkdir()
        return 0.97

    monkeypatch.setattr(proofs, "_share", measured)
    with pytest.raises(Failed, match=r"gets 0\.97 of a processor"), throttled():
        raise AssertionError("it must not begin")


def test_who_may_not_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whose sudo asks for a password."""
    monkeypatch.setattr(debian, "as_root", lambda: None)
    monkeypatch.setattr(proofs, "_own", lambda base: base)
    with pytest.raises(Failed, match="only root may limit"), throttled():
        raise AssertionError("it must not begin")
