"""Pyright looks again at what a change can have made wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.projects import discover
from ogrom_tools.test.imports import Imports
from ogrom_tools.test.pyright import NOTE, Seen, changed_or_importing, check

FILES = {
    "libs/a/src/ogrom/a/one.py": "ONE: int = 1\n",
    "libs/a/src/ogrom/a/two.py": "from .one import ONE\n\nTWO: int = ONE\n",
    "libs/a/tests/test_two.py": "from ogrom.a.two import TWO\n\nassert TWO\n",
    "libs/a/src/ogrom/a/other.py": "",
    "pyproject.toml": '[tool.pyright]\ninclude = ["libs"]\nextraPaths = ["libs/a/src"]\nexclude = ["libs/b"]\n',
    "environment": "pyright 1",
    ".nox/this.py": "",
    "libs/b/left_out.py": "",
}
ONE, TWO, TEST, OTHER = list(FILES)[:4]


@pytest.fixture
def root(tmp_path: Path, add_project: Callable[..., Path]) -> Path:
    """A checkout of one project."""
    add_project("libs/a")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def seen(root: Path) -> Seen:
    return Seen.now(root, root / "environment")


def test_a_change_concerns_what_imports_it(root: Path) -> None:
    """Through others too; what the configuration leaves out, nobody looks at."""
    before = seen(root)
    assert set(before.files) == {ONE, TWO, TEST, OTHER}
    assert seen(root).changed(before) == frozenset()
    (root / ONE).write_text("ONE: str = ''\n")
    assert seen(root).changed(before) == frozenset({ONE})
    found = changed_or_importing(root, Imports.of(discover(root)), before.files, frozenset({ONE}))
    assert set(found) == {ONE, TWO, TEST}


@pytest.mark.parametrize(
    ("name", "text"),
    [("environment", "pyright 2"), ("pyproject.toml", None), ("libs/a/src/ogrom/a/new.py", "")],
)
def test_what_concerns_all_is_no_matter_of_files(root: Path, name: str, text: str | None) -> None:
    """Another pyright, another configuration; a new file may be what others import from now on."""
    before = seen(root)
    (root / name).write_text(FILES[name] + "# another\n" if text is None else text)
    assert seen(root).changed(before) is None


def test_what_is_noted_is_read_again(root: Path) -> None:
    """Nothing noted is nothing seen."""
    (root / ".nox").mkdir(exist_ok=True)
    assert seen(root).changed(Seen.read(root / NOTE)) is None
    seen(root).write(root / NOTE)
    assert Seen.read(root / NOTE) == seen(root)


@pytest.mark.slow
def test_an_error_stays_until_it_is_mended(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """In a file that nobody has touched."""

    def checked() -> tuple[int, str]:
        return check(root, root / "environment"), capfd.readouterr().out

    assert checked()[1].startswith("4 of 4 files")
    assert checked() == (0, "0 of 4 files have changed, or import what has\n")
    (root / ONE).write_text("ONE: str = ''\n")
    for _ in range(2):
        code, output = checked()
        assert code == 1
        assert output.startswith("3 of 4 files have changed, or import what has\n")
        assert f"{TWO}:3:12 - error" in output
    (root / ONE).write_text(FILES[ONE])
    assert checked()[0] == 0
