"""An index that is brought up to what a ledger says, and compared with it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.index import Store, bring_up, differences, in_folder, local, serving, store_at
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

MakeWheel = Callable[..., Path]
MakeRelease = Callable[..., Release]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "checkout", ())


@pytest.fixture
def wheelhouse(workspace: Workspace) -> Wheelhouse:
    return Wheelhouse(workspace)


@pytest.fixture
def release(
    wheelhouse: Wheelhouse, make_wheel: MakeWheel, make_release: MakeRelease
) -> Callable[..., Release]:
    """A release whose wheel is in the wheelhouse, so that no history is needed."""

    def make(version: str, yanked: str = "") -> Release:
        path = make_wheel(version)
        made = make_release(path, yanked=yanked)
        wheelhouse.keep(made, Wheel.read(path))
        return made

    return make


def yanked(store: Store) -> dict[str, str | bool]:
    page = json.loads(store.read("simple/ogrom-tea/index.json") or b"")
    return {each["filename"].split("-")[1]: each["yanked"] for each in page["files"]}


def test_it_holds_what_the_ledger_says(
    tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """However often it is brought up; only what it lacks is written."""
    store, first = in_folder(tmp_path / "team"), release("1.0.0")
    assert bring_up(store, wheelhouse, Ledger((first,))) == (first,)
    (wheelhouse.folder / first.sha256[:16] / first.artefact).unlink()  # and could not be built again
    second = release("1.1.0", "tastes of soap")
    assert bring_up(store, wheelhouse, Ledger((first, second))) == (second,)
    before = {each: (Path(store.place) / each).stat().st_mtime_ns for each in store.names()}
    assert bring_up(store, wheelhouse, Ledger((first, second))) == ()
    assert {each: (Path(store.place) / each).stat().st_mtime_ns for each in store.names()} == before
    assert yanked(store) == {"1.0.0": False, "1.1.0": "tastes of soap"}
    assert list(differences(store, Ledger((first, second)))) == []


def test_an_older_ledger_takes_nothing_back(
    tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """As that of a job which was stopped and is repeated late."""
    store, first, second = in_folder(tmp_path / "team"), release("1.0.0"), release("1.1.0")
    bring_up(store, wheelhouse, Ledger((first, second)))
    assert bring_up(store, wheelhouse, Ledger((first,))) == ()
    assert yanked(store) == {"1.0.0": False, "1.1.0": False}
    bad = Ledger((first, second)).yanking("tea", "1.1.0", "tastes of soap")
    bring_up(store, wheelhouse, bad)
    assert bring_up(store, wheelhouse, Ledger((first, second))) == ()
    assert yanked(store) == {"1.0.0": False, "1.1.0": "tastes of soap"}
    with pytest.raises(Failed, match="of two histories"):
        bring_up(store, wheelhouse, Ledger((first, release("1.2.0"))))
    assert yanked(store) == {"1.0.0": False, "1.1.0": "tastes of soap"}


def test_what_lies_beside_a_wheel_is_mended(
    tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """Clients believe it, and locks keep its hash."""
    path, ledger = tmp_path / "team", Ledger((release("1.0.0"), release("1.1.0")))
    bring_up(in_folder(path), wheelhouse, ledger)
    first, second = (path / f"files/{each.artefact}.metadata" for each in ledger)
    first.unlink()
    second.write_bytes(b"Name: nobody\n")
    bring_up(in_folder(path), wheelhouse, ledger)
    assert list(differences(in_folder(path), ledger)) == []


def test_other_bytes_are_a_failure(
    tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release], make_wheel: MakeWheel
) -> None:
    """Nobody knows who has them already."""
    store, ledger = in_folder(tmp_path / "team"), Ledger((release("1.0.0"),))
    store.write(f"files/{ledger.releases[0].artefact}", make_wheel(body="given_up = 1").read_bytes())
    with pytest.raises(Failed, match="other bytes than the ledger"):
        bring_up(store, wheelhouse, ledger)


def test_the_local_index_is_put_right(
    workspace: Workspace,
    wheelhouse: Wheelhouse,
    release: Callable[..., Release],
    make_wheel: MakeWheel,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A damaged wheel, or one of a release that was given up; and what a branch knew that is gone."""
    first = release("1.0.0")
    path = local(workspace, wheelhouse, Ledger((first, release("1.1.0", "tried"))))
    (path / f"files/{first.artefact}").write_bytes(make_wheel(body="given_up = 1").read_bytes())
    (path / f"files/{first.artefact}.metadata").write_bytes(b"Metadata-Version: 2.4\n")
    assert local(workspace, wheelhouse, Ledger((first,))) == path
    assert "does not follow from the ledger" in capsys.readouterr().out
    assert yanked(in_folder(path)) == {"1.0.0": False}
    assert list(differences(in_folder(path), Ledger((first,)))) == []


PLANTED: dict[str, tuple[Callable[[Path, Release], None], str]] = {
    "a changed byte of a wheel": (
        lambda path, each: _change(path / f"files/{each.artefact}"),
        "has the sha256",
    ),
    "a wheel that is gone": (
        lambda path, each: (path / f"files/{each.artefact}").unlink(),
        "whl is missing",
    ),
    "a changed byte of its metadata": (
        lambda path, each: _change(path / f"files/{each.artefact}.metadata"),
        "whl.metadata is not what follows",
    ),
    "a changed byte of a page": (
        lambda path, each: _change(path / "simple/ogrom-tea/index.html"),
        "simple/ogrom-tea/index.html is not what",
    ),
    "a ledger that is another one": (
        lambda path, each: _change(path / "releases.toml"),
        "releases.toml is not what",
    ),
    "a page that is gone": (
        lambda path, each: (path / "simple/index.json").unlink(),
        "simple/index.json is missing",
    ),
}


def _change(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_every_file_is_compared(
    tmp_path: Path,
    wheelhouse: Wheelhouse,
    release: Callable[..., Release],
    plant: tuple[Callable[[Path, Release], None], str],
) -> None:
    """Over HTTP as clients do, or where they are stored."""
    path, first = tmp_path / "team", release("1.0.0")
    ledger = Ledger((first, release("1.1.0")))
    bring_up(in_folder(path), wheelhouse, ledger)
    change, words = plant
    with serving(path) as url:
        assert list(differences(store_at(url, to_read=True), ledger)) == []
        change(path, first)
        (said,) = differences(store_at(url, to_read=True), ledger)
    assert words in said
    assert list(differences(store_at(str(path), to_read=True), ledger)) == [said]


def test_what_does_not_follow_is_told(
    tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """Where the index can be listed; a wheel that nobody released, say."""
    path, ledger = tmp_path / "team", Ledger((release("1.0.0"),))
    bring_up(in_folder(path), wheelhouse, ledger)
    (path / "files" / "ogrom_tea-9.9.9-py3-none-any.whl").write_bytes(b"")
    assert list(differences(in_folder(path), ledger)) == [
        "files/ogrom_tea-9.9.9-py3-none-any.whl does not follow from the ledger."
    ]
