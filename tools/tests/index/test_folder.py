import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.index import Conflict, Folder

DYING = """
import os, signal, sys
from pathlib import Path
from ogrom_tools.index.folder import Folder

def die(*paths, **options):
    os.kill(os.getpid(), signal.SIGKILL)

setattr({owner}, "{function}", die)
Folder(Path(sys.argv[1])).{method}("simple/page", b"new")
"""


def killed(folder: Path, owner: str, function: str, method: str) -> None:
    """Run a store's method in another process, and kill that one where it calls a function."""
    script = DYING.format(owner=owner, function=function, method=method)
    done = subprocess.run([sys.executable, "-c", script, folder], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "place", [("os", "fsync"), ("os", "link")], ids=["before it is on the disk", "before it has its name"]
)
def test_a_killed_creator_leaves_nothing(tmp_path: Path, place: tuple[str, str]) -> None:
    """No half a file under the name, and none that anybody sees; the next creator gets the name."""
    killed(tmp_path, *place, "create")
    store = Folder(tmp_path)
    assert store.read("simple/page") is None
    assert list(store.names("")) == []
    store.create("simple/page", b"another's")
    assert store.read("simple/page") == b"another's"


def test_a_creator_killed_after_that_has_done_it(tmp_path: Path) -> None:
    """Begun again, it finds its own bytes."""
    killed(tmp_path, "Path", "unlink", "create")
    store = Folder(tmp_path)
    assert list(store.names("")) == ["simple/page"]
    store.create("simple/page", b"new")


@pytest.mark.parametrize("place", [("os", "fsync"), ("Path", "replace")])
def test_a_killed_replacer_leaves_the_old_bytes(tmp_path: Path, place: tuple[str, str]) -> None:
    """A reader never sees half a page."""
    store = Folder(tmp_path)
    store.create("simple/page", b"old")
    killed(tmp_path, *place, "replace")
    assert store.read("simple/page") == b"old"


def test_of_many_who_want_a_name_one_gets_it(tmp_path: Path) -> None:
    """The others see a conflict with exactly what is there, whatever the order; many times over."""
    store, rivals = Folder(tmp_path), 8
    with ThreadPoolExecutor(rivals) as pool:
        for turn in range(40):
            name, start = f"files/{turn}.whl", threading.Barrier(rivals)
            given = [bytes([rival]) * 50_000 for rival in range(rivals)]
            outcomes = list(pool.map(_create(store, name, start), given))
            (winner,) = (data for data, won in zip(given, outcomes, strict=True) if won)
            assert store.read(name) == winner


def _create(store: Folder, name: str, start: threading.Barrier) -> Callable[[bytes], bool]:
    def create(data: bytes) -> bool:
        start.wait(timeout=60)
        try:
            store.create(name, data)
        except Conflict:
            return False
        return True

    return create


@pytest.mark.parametrize("name", ["../outside", "files/../../outside"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """A name comes from a URL; and what is being written is hidden."""
    (tmp_path / "outside").write_bytes(b"secret")
    (tmp_path / "index" / "files").mkdir(parents=True)
    (tmp_path / "index" / ".hidden").write_bytes(b"half written")
    store = Folder(tmp_path / "index")
    assert store.read(name) is None
    with pytest.raises(Failed):
        store.replace(name, b"mine")
    assert (tmp_path / "outside").read_bytes() == b"secret"
    assert list(store.names("")) == []


def test_a_web_server_may_read_it(tmp_path: Path) -> None:
    """Who serves the folder is not who wrote it."""
    Folder(tmp_path).create("files/tea.whl", b"1")
    assert (tmp_path / "files/tea.whl").stat().st_mode & 0o444 == 0o444
