import json
from pathlib import Path

import pytest

from bench.peers.fastify import FASTIFY, peer
from bench.peers.fastify.peer import SOURCES, Packages
from ogrom_tools.command import Failed


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that would be run; the tests need neither Node nor npm."""
    asked: list[str] = []

    def run(*command: str, folder: Path | None = None) -> str:
        asked.append(command[0])
        if command[0] == "npm":
            assert folder is not None
            if (folder / "broken").exists():
                raise Failed("npm could not")
            (folder / "node_modules").mkdir()
        return "v20.0.0"

    monkeypatch.setattr(peer, "run", run)
    return asked


def test_packages_are_installed_once_beside_the_program(tmp_path: Path, asked: list[str]) -> None:
    """Node looks for them there, and a second start finds them."""
    made = Packages(tmp_path / "fastify")
    made.install()
    made.install()
    assert asked.count("npm") == 1
    assert (made.folder / "server.mjs").is_file()
    assert (made.folder / "node_modules").is_dir()


def test_another_state_takes_the_place_of_the_last(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed source is another state; a failed installation leaves none."""
    made = Packages(tmp_path / "fastify")
    made.install()
    before = made.folder
    changed = tmp_path / "sources"
    changed.mkdir()
    monkeypatch.setattr(peer, "SOURCES", changed)
    (changed / "broken").touch()
    with pytest.raises(Failed, match="npm could not"):
        made.install()
    assert not made.folder.exists()
    (changed / "broken").unlink()
    made.install()
    assert made.folder.is_dir()
    assert not before.exists()


def test_the_lock_has_a_hash_for_each_and_names_no_registry() -> None:
    """Each machine uses its own registry."""
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    told = {name: each for name, each in lock["packages"].items() if name}
    assert {"node_modules/fastify", "node_modules/mariadb"} <= set(told)
    assert all(each["integrity"] for each in told.values())
    assert not any("resolved" in each for each in told.values())


def test_versions_are_exact() -> None:
    """As those of all peers are."""
    wanted = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(each[0].isdigit() for each in wanted.values())


def test_what_is_missing_comes_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without Node."""
    monkeypatch.setattr(peer, "is_there", lambda program: False)
    assert FASTIFY.missing() == "Debian's nodejs, npm; run ./dev bench peers.install fastify"


def test_with_everything_there_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is one of the peers."""
    monkeypatch.setattr(peer, "is_there", lambda program: True)
    assert FASTIFY.missing() == ""
