"""The shop's service, installed as its image has it."""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom_tools.command import Failed, run
from ogrom_tools.image.installation import NEWEST, STAMP, install, main
from ogrom_tools.projects import discover

pytestmark = pytest.mark.slow
Shop = Any
PublicIndex = Any
CODE = "from ogrom.core import VERSION\n\n\ndef main():\n    print({text})\n"


def installed(shop: Shop, revision: str | None = None) -> Path:
    return install(discover(shop.root), revision)


def printed(folder: Path) -> str:
    return run(str(folder / "bin" / "ogrom-api")).strip()


def bytecode(folder: Path, package: str) -> Path:
    (found,) = folder.glob(f"lib/*/site-packages/ogrom/{package}/__pycache__/__init__.*.pyc")
    return found


def write(shop: Shop, text: str) -> None:
    (shop.service / "src/ogrom/run/__init__.py").write_text(CODE.format(text=text))


def test_two_revisions_lie_side_by_side(pinned: Shop, public: PublicIndex) -> None:
    """Each with its own service, on releases that no index was asked for and whose bytecode they share."""
    public.asked.clear()
    first = pinned.repository.commit()
    old = installed(pinned)
    write(pinned, "'new', VERSION")
    second = pinned.commit("Change")
    new = installed(pinned, second)
    assert (old, new) == tuple(pinned.root / ".nox/releases" / each[:12] for each in (first, second))
    assert (printed(old), printed(new)) == ("1.0.0", "new 1.0.0")
    assert not [name for name in public.asked if name.startswith("ogrom-")]
    assert bytecode(old, "core").samefile(bytecode(new, "core"))
    assert not bytecode(old, "run").samefile(bytecode(new, "run"))


def test_it_holds_wheels_only(pinned: Shop) -> None:
    """It works where there is no source tree, and its bytecode is there before the first start."""
    folder = installed(pinned, "HEAD")
    for name in ("libs", "services"):
        shutil.rmtree(pinned.root / name)
    assert printed(folder) == "1.0.0"
    (packages,) = folder.glob("lib/python3.*/site-packages")
    assert not list(packages.glob("*.pth"))
    assert list(packages.glob("ogrom/run/__pycache__/__init__.*.pyc"))


def test_a_revision_is_installed_once(pinned: Shop) -> None:
    """Unless that was interrupted; the command prints the folder and nothing else, for a script."""
    folder = installed(pinned)
    (mark := folder / "mark").touch()
    done = CliRunner().invoke(main, ["HEAD", f"--root={pinned.root}"])
    assert (done.exit_code, done.stdout) == (0, f"{folder}\n")
    assert mark.exists()
    (folder / "ogrom-state").unlink()
    assert installed(pinned, "main") == folder
    assert not mark.exists()


def test_two_sessions_at_once_leave_each_others(pinned: Shop) -> None:
    """And what nobody has wanted for long makes room, once."""
    releases = pinned.root / ".nox/releases"
    for number in range(NEWEST + 1):
        (old := releases / f"old-{number}").mkdir(parents=True)
        (old / STAMP).touch()
        os.utime(old / STAMP, (number + 1, number + 1))
    write(pinned, "'new'")
    second = pinned.commit("Change")
    command = (sys.executable, "-m", "ogrom_tools.image.installation", f"--root={pinned.root}")
    with ThreadPoolExecutor() as sessions:
        folders = list(sessions.map(lambda each: Path(run(*command, each).strip()), (second, f"{second}~1")))
    assert [printed(each) for each in folders] == ["new", "1.0.0"]
    stay = {each.name for each in folders} | {f"old-{NEWEST}", f"old-{NEWEST - 1}"}
    assert {each.name for each in releases.iterdir()} == stay


def test_changes_are_installed_as_they_are(pinned: Shop) -> None:
    """Again when they change, in a folder that does not look like the commit's."""
    label = pinned.repository.commit()[:12]
    for text in ("one", "two"):
        write(pinned, f"'{text}'")
        folder = installed(pinned)
        assert folder.name == f"{label}-dirty"
        assert printed(folder) == text


def test_other_bytes_of_a_package_are_refused(pinned: Shop, public: PublicIndex) -> None:
    """Nothing of it counts as installed."""
    public.offer("little", "1.0.0", "print('changed')")
    with pytest.raises(Failed, match=r"(?si)hash mismatch.*little"):
        installed(pinned)
    assert not list(pinned.root.glob(".nox/releases/*/ogrom-state"))
