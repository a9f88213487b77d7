"""What `./dev serve` installs: the pinned releases, by their hashes, from history."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.command import Failed, run
from ogrom_tools.environment import Environment
from ogrom_tools.pins.lockfile import Lockfile
from ogrom_tools.pins.released import Released
from ogrom_tools.projects import discover
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow
Shop = Any
PublicIndex = Any


def environment(shop: Shop) -> Environment:
    workspace = discover(shop.root)
    return Environment(shop.root / ".nox" / "run", Released(workspace, workspace["api-run"]))


def test_a_fresh_clone_runs_the_pinned_releases_without_our_index(pinned: Shop, public: PublicIndex) -> None:
    """The work tree is ahead of them, and somebody offers a higher version to the public."""
    public.asked.clear()
    shutil.rmtree(pinned.root / ".ogrom")
    made = environment(pinned)
    made.sync()
    assert run(made.command("ogrom-api")) == "1.0.0\n"
    shown = run(made.command("python"), "-c", "import little, ogrom.core; print(ogrom.core.__file__)")
    assert shown.startswith(str(made.folder))
    assert not [name for name in public.asked if name.startswith("ogrom-")]


def test_a_wheel_with_a_changed_byte_is_made_again(pinned: Shop) -> None:
    """What lies in .ogrom/wheels is looked at whenever it is needed."""
    workspace = discover(pinned.root)
    wheel = Wheelhouse(workspace).wheel(pinned.ledger.find("core", "1.0.0"))
    wheel.write_bytes(wheel.read_bytes().replace(b"PK", b"PX", 1))
    made = environment(pinned)
    made.sync()
    assert run(made.command("ogrom-api")) == "1.0.0\n"


def test_a_changed_wheel_is_refused_where_it_is_installed(
    pinned: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if nobody looked at it before: the lock has its hash."""
    workspace = discover(pinned.root)
    good = Wheelhouse(workspace).wheel(pinned.ledger.find("core", "1.0.0"))
    bad = tmp_path / good.name
    shutil.copy(good, bad)
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("ogrom/core/more.py", "")
    other = Wheelhouse(workspace).wheel(pinned.ledger.find("protocols", "1.0.0"))
    wheels = {"ogrom-core": bad, "ogrom-protocols": other}
    monkeypatch.setattr("ogrom_tools.pins.released.released_wheels", lambda *_: wheels)
    with pytest.raises(Failed, match=r"(?si)hash mismatch.*ogrom.core"):
        environment(pinned).sync()


def test_a_public_package_with_other_bytes_is_refused(pinned: Shop, public: PublicIndex) -> None:
    """What was locked is what is installed."""
    public.offer("little", "1.0.0", "print('changed')")
    with pytest.raises(Failed, match=r"(?si)hash mismatch.*little"):
        environment(pinned).sync()


def test_a_lock_without_a_hash_is_refused(pinned: Shop) -> None:
    """It would take whatever is there."""
    lock = pinned.service / "poetry.lock"
    (little,) = [each for each in Lockfile.read(pinned.service).packages if each.name == "little"]
    ((file, digest),) = little.hashes.items()
    lock.write_text(lock.read_text().replace(f'    {{file = "{file}", hash = "{digest}"}},\n', ""))
    with pytest.raises(Failed, match="has no hash of little"):
        environment(pinned).sync()


def test_a_lock_that_does_not_fit_the_pins_is_refused(pinned: Shop) -> None:
    """It says so instead of running something old."""
    text = pinned.pyproject.read_text()
    pinned.pyproject.write_text(text.replace("ogrom-core==1.0.0", "ogrom-core==1.1.0"))
    with pytest.raises(Failed, match=r"(?s)pyproject.toml changed significantly.*./dev lock"):
        environment(pinned).sync()
