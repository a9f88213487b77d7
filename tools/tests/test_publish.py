import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.index import Folder
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import discover
from ogrom_tools.publish import main
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow


@pytest.fixture
def wheels(train: Path, tmp_path: Path) -> Path:
    """What the job before has handed on: the wheel of core 1.0.0."""
    folder = tmp_path / "handed on"
    folder.mkdir()
    shutil.copy(Wheelhouse(discover(train)).wheel(core(train)), folder)
    return folder


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The team's, an empty one."""
    monkeypatch.setenv("OGROM_INDEX_STORE", str(tmp_path / "store"))
    return Folder(tmp_path / "store")


def core(train: Path) -> Release:
    return Ledger.read(train).find("core", "1.0.0")


def publish(train: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(train)])


def page(store: Folder) -> str:
    return (store.read("simple/ogrom-core/index.html") or b"").decode()


def test_the_wheel_that_was_handed_on_is_published(train: Path, wheels: Path, store: Folder) -> None:
    """Exactly that, with its page; another run finds it there."""
    (wheel,) = wheels.iterdir()
    for _ in range(2):
        result = publish(train, "core-v1.0.0", f"--wheels={wheels}")
        assert result.exit_code == 0, result.output
        assert core(train).sha256 in result.output
        assert store.read(f"files/{wheel.name}") == wheel.read_bytes()
        assert core(train).sha256 in page(store)
    assert [name for name in store.names("files/") if name.endswith(".whl")] == [f"files/{wheel.name}"]


def test_a_wheel_with_a_changed_byte_is_refused(train: Path, wheels: Path, store: Folder) -> None:
    """Whatever was done to it between the jobs; nothing is written."""
    (wheel,) = wheels.iterdir()
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    result = publish(train, "core-v1.0.0", f"--wheels={wheels}")
    assert result.exit_code == 1
    assert "is not the wheel of core 1.0.0" in result.output
    assert list(store.names("")) == []


def test_the_wheel_of_another_release_is_refused(train: Path, wheels: Path, store: Folder) -> None:
    """It says what it found."""
    result = publish(train, "core-v1.1.0", f"--wheels={wheels}")
    assert "should hold ogrom_core-1.1.0-py3-none-any.whl, and holds ogrom_core-1.0.0" in result.output
    assert "was never released" in publish(train, "core-v9.9.9", f"--wheels={wheels}").output
    assert "--wheels FOLDER" in publish(train, "core-v1.0.0").output
    assert list(store.names("")) == []


def test_a_yank_reaches_the_pages(train: Path, wheels: Path, store: Folder) -> None:
    """Without any wheel at hand."""
    publish(train, "core-v1.0.0", f"--wheels={wheels}")
    assert "data-yanked" not in page(store)
    Ledger.read(train).yanking("core", "1.0.0", "It loses likes").write(train)
    assert publish(train).exit_code == 0
    assert 'data-yanked="It loses likes"' in page(store)


def test_without_a_place_there_is_nowhere_to_publish(train: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable of a workflow is none: else the wheel would end on the runner's own disk."""
    monkeypatch.setenv("OGROM_INDEX_STORE", "")
    result = publish(train)
    assert result.exit_code == 2
    assert "Missing option '--store'" in result.output
