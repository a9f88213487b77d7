from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.index import Store, in_folder
from ogrom_tools.ledger import Ledger
from ogrom_tools.publish import main

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The team's, an empty one."""
    monkeypatch.setenv("OGROM_INDEX_STORE", str(tmp_path / "store"))
    return in_folder(tmp_path / "store")


def publish(train: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(train)])


def page(store: Store) -> str:
    return (store.read("simple/ogrom-core/index.html") or b"").decode()


def test_what_the_ledger_says_is_published(train: Path, store: Store) -> None:
    """From history; done again, it does nothing."""
    result = publish(train)
    assert result.exit_code == 0, result.output
    for each in Ledger.read(train):
        assert f"{each} is published: {each.artefact}, sha256 {each.sha256}" in result.output
        assert store.read(f"files/{each.artefact}")
    assert publish(train).stdout == "The index holds every release: 3\n"


def test_a_line_that_does_not_verify_publishes_nothing(train: Path, store: Store) -> None:
    """Nor do the others."""
    text = (train / "releases.toml").read_text()
    sha256 = Ledger.read(train).find("core", "1.1.0").sha256
    (train / "releases.toml").write_text(text.replace(sha256, "0" * 64))
    result = publish(train)
    assert result.exit_code == 1
    assert "cannot be built again here" in result.output
    assert list(store.names()) == []


def test_a_yank_reaches_the_pages(train: Path, store: Store) -> None:
    """And is taken back with its line."""
    publish(train)
    assert "data-yanked" not in page(store)
    before = Ledger.read(train)
    before.yanking("core", "1.0.0", "It loses likes").write(train)
    assert publish(train).exit_code == 0
    assert 'data-yanked="It loses likes"' in page(store)


def test_a_store_is_needed(train: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody publishes by accident."""
    monkeypatch.delenv("OGROM_INDEX_STORE", raising=False)
    assert "Missing option '--store'" in publish(train).output
