from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_rules import Level, level
from ogrom_tools.api import compare
from ogrom_tools.api.content import Content, opened
from ogrom_tools.command import Failed

WriteWheel = Callable[..., Path]


def test_a_wheel_that_differs_in_its_version_only_is_the_same(write_wheel: WriteWheel) -> None:
    """Nothing found is the one thing that needs no release."""
    assert compare(write_wheel("1"), write_wheel("2")) == ()


@pytest.mark.parametrize("file", ["ogrom/thing/data.json", "INFO/entry_points.txt", "INFO/licenses/LICENSE"])
def test_any_other_file_that_differs_is_a_patch(write_wheel: WriteWheel, file: str) -> None:
    """Code or not, in the package or about it."""
    old, new = write_wheel("1", files={file: "[a]\n"}), write_wheel("2", files={file: "[a]\n\n"})
    findings = compare(old, new)
    assert [each.rule for each in findings] == ["implementation-changed"]
    assert level(findings) is Level.PATCH


def test_packages_are_those_in_the_namespace(tmp_path: Path) -> None:
    """Each distribution has a part of `ogrom`; a package without __init__.py is one too."""
    for file in (
        "ogrom/http/__init__.py",
        "ogrom/protocols/models.py",
        "plain/__init__.py",
        "ogrom/data/x.txt",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    content = Content(tmp_path)
    assert content.packages == ("ogrom.http", "ogrom.protocols", "plain")
    assert set(content.modules) == {"ogrom.http", "ogrom.protocols.models", "plain"}


def test_what_is_no_wheel_is_told(tmp_path: Path) -> None:
    """With its path."""
    (tmp_path / "broken.whl").write_text("none")
    with (
        pytest.raises(Failed, match=r"broken\.whl is neither a wheel nor a folder"),
        opened(tmp_path / "broken.whl"),
    ):
        pass


def test_code_that_cannot_be_read_is_told(write_wheel: WriteWheel) -> None:
    """Not passed over as if it had no names."""
    broken = write_wheel("2", files={"ogrom/thing/broken.py": "def f(:\n"})
    with pytest.raises(Failed, match=r"broken\.py"):
        compare(write_wheel("1"), broken)
