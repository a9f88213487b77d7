"""The data folder of a server is a copy of one that was made before."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom.sources.testing import find_program, programs

WEEK = 7 * 24 * 3600


class Installation:
    """Stands for mariadb-install-db: counts what it makes, and does `meanwhile` before."""

    def __init__(self) -> None:
        self.made: list[Path] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, data: Path, tmp: Path, *options: str) -> None:
        self.made.append(data)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        data.mkdir()
        (data / "ibdata1").write_text("empty")


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """In place of the programs; templates are kept in a folder of the test."""
    installation = Installation()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(programs, "install", installation)
    monkeypatch.setattr(programs, "program", lambda *names: sys.executable)
    return installation


def kept(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "cache" / "ogrom-mariadb").iterdir())


def test_it_is_made_once_and_every_server_has_a_copy(installation: Installation, tmp_path: Path) -> None:
    """What a server does to its own is not the next one's."""
    programs.copy_template(tmp_path / "first", tmp_path)
    (tmp_path / "first" / "ibdata1").write_text("full")
    programs.copy_template(tmp_path / "second", tmp_path)
    assert (tmp_path / "second" / "ibdata1").read_text() == "empty"
    assert len(installation.made) == len(kept(tmp_path)) == 1


def test_other_options_make_another_and_what_was_long_unused_goes(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else old releases of MariaDB would fill the disk."""
    programs.copy_template(tmp_path / "first", tmp_path)
    (first,) = kept(tmp_path)
    monkeypatch.setattr(programs, "LAYOUT", ("--innodb-log-file-size=8M",))
    programs.copy_template(tmp_path / "second", tmp_path)
    (second,) = set(kept(tmp_path)) - {first}
    for folder, age in ((first, 2 * WEEK), (second, WEEK / 2)):
        moment = time.time() - age
        os.utime(folder, times=(moment, moment))
    monkeypatch.setattr(programs, "LAYOUT", ())
    programs.copy_template(tmp_path / "third", tmp_path)
    assert first not in kept(tmp_path)
    assert second in kept(tmp_path)
    assert len(installation.made) == 3


def test_what_is_used_is_not_removed(installation: Installation, tmp_path: Path) -> None:
    """However long ago it was made."""
    programs.copy_template(tmp_path / "first", tmp_path)
    (folder,) = kept(tmp_path)
    os.utime(folder, times=(0, 0))
    programs.copy_template(tmp_path / "second", tmp_path)
    assert folder.stat().st_mtime > time.time() - WEEK
    assert len(installation.made) == 1


def test_two_may_make_it_at_once(installation: Installation, tmp_path: Path) -> None:
    """The one that ends later uses the other's, and its own is gone."""
    installation.meanwhile = lambda: programs.copy_template(tmp_path / "other", tmp_path)
    programs.copy_template(tmp_path / "mine", tmp_path)
    assert len(installation.made) == 2
    assert len(kept(tmp_path)) == 1
    assert {(tmp_path / name / "ibdata1").read_text() for name in ("mine", "other")} == {"empty"}


def test_without_a_place_for_it_every_server_has_its_own(installation: Installation, tmp_path: Path) -> None:
    """Such as with a home that cannot be written to."""
    (tmp_path / "cache").write_text("no folder")
    programs.copy_template(tmp_path / "first", tmp_path)
    assert installation.made == [tmp_path / "first"]


def test_a_program_is_found_where_servers_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH of a plain user has no sbin; the first of several names that is there counts."""
    server = tmp_path / "server"
    server.touch(0o755)
    assert find_program("no-such", "server") is None
    monkeypatch.setattr(programs, "_SERVERS", (str(tmp_path),))
    assert find_program("no-such", "server", "sh") == str(server)
