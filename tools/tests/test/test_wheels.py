import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed, run
from ogrom_tools.projects import discover
from ogrom_tools.test.wheels import WheelTest, copy_tracked, other_python, try_all


def test_ignored_files_do_not_get_into_a_wheel(tmp_path: Path) -> None:
    """What git tracks or would track does, though it be deleted from nothing but the index."""
    source = tmp_path / "source"
    source.mkdir()
    run("git", "init", "--quiet", str(source))
    (source / ".gitignore").write_text("*.log\n")
    for name in ("kept.py", "new file.py", "debug.log", "deleted.py"):
        (source / name).touch()
    run("git", "-C", str(source), "add", "kept.py", "deleted.py")
    (source / "deleted.py").unlink()
    copy_tracked(source, tmp_path / "copy")
    assert {file.name for file in (tmp_path / "copy").iterdir()} == {
        ".gitignore",
        "kept.py",
        "new file.py",
    }


def test_another_python_is_a_supported_one() -> None:
    """Or this one, where there is no other."""
    version = run(other_python(), "-c", "import sys; print(*sys.version_info[:2])").split()
    assert (3, 11) <= tuple(map(int, version)) < (3, 15)


def test_a_failing_command_shows_what_it_printed() -> None:
    """On either stream, with the command and its status."""
    script = "import sys; print('this', flush=True); sys.exit('that')"
    with pytest.raises(Failed, match=r"(?s)import sys.*this\nthat\nexited with 1"):
        run(sys.executable, "-c", script)


def test_every_wheel_is_tried_before_one_fails(
    tmp_path: Path, add_project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is wrong is told at once, after what is right."""

    def try_one(trial: WheelTest) -> str:
        if trial.project.name == "good":
            return "3 passed"
        raise Failed(f"{trial.project.name} is broken")

    monkeypatch.setattr(WheelTest, "run", try_one)
    for name in ("bad", "good", "worse"):
        add_project(f"libs/{name}")
    (tmp_path / "tools" / "requirements").mkdir(parents=True)
    (tmp_path / "tools" / "requirements" / "test.txt").touch()
    workspace = discover(tmp_path)
    wheels = {each: Path(f"{each.name}.whl") for each in workspace}
    results = try_all(workspace, wheels, "python3.14")
    assert next(results) == "good.whl on python3.14: 3 passed"
    with pytest.raises(Failed, match=r"(?s)bad is broken.*worse is broken"):
        next(results)
