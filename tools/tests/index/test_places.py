import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from moto import mock_aws

from ogrom_tools.command import Failed
from ogrom_tools.index import Folder, complete, local, store_at, team
from ogrom_tools.index.s3 import S3
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
        wheel = make_wheel(version)
        made = make_release(wheel, yanked=yanked)
        kept = wheelhouse.folder / made.sha256[:16] / made.wheel
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(wheel.read_bytes())
        return made

    return make


def yanked(store: Folder) -> dict[str, str | bool]:
    page = json.loads(store.read("simple/ogrom-tea/index.json") or b"")
    return {each["filename"].split("-")[1]: each["yanked"] for each in page["files"]}


def test_a_bucket_and_its_prefix_are_in_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a slash after the prefix, and none where there is no prefix."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        found = [
            store_at(url) for url in ("s3://wheels", "s3://wheels/", "s3://wheels/a/b", "s3://wheels/a/")
        ]
    assert [(each.bucket, each.prefix) for each in found if isinstance(each, S3)] == [
        ("wheels", ""),
        ("wheels", ""),
        ("wheels", "a/b/"),
        ("wheels", "a/"),
    ]


def test_a_folder_is_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one at home."""
    monkeypatch.setenv("HOME", "/home/alice")
    assert store_at("index") == Folder(Path("index"))
    assert store_at("~/index") == Folder(Path("/home/alice/index"))


@pytest.mark.parametrize("url", ["https://wheels.example/simple/", "s3://", "S3://wheels"])
def test_another_address_is_refused(url: str) -> None:
    """An index is not published by its address on the web."""
    with pytest.raises(Failed, match="use s3://bucket/prefix or a folder"):
        store_at(url)


def test_the_team_says_where_its_index_is(workspace: Workspace, tmp_path: Path) -> None:
    """Until it does, it is the local folder."""
    assert team(workspace, {"OGROM_INDEX_STORE": str(tmp_path)}) == Folder(tmp_path)
    assert team(workspace, {}) == Folder(workspace.root / ".ogrom" / "index")
    assert team(workspace, {"OGROM_INDEX_STORE": ""}) == Folder(workspace.root / ".ogrom" / "index")


def test_the_local_index_holds_every_release(
    workspace: Workspace, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """With what is yanked of them."""
    ledger = Ledger((release("1.0.0", "tastes of soap"), release("1.1.0")))
    store = local(workspace, wheelhouse, ledger)
    assert store == Folder(workspace.root / ".ogrom" / "index")
    assert yanked(store) == {"1.0.0": "tastes of soap", "1.1.0": False}


def test_only_what_is_missing_is_published(
    tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """A wheel that is there is not built again: here it could not be."""
    first = release("1.0.0")
    store = Folder(tmp_path / "team")
    complete(store, wheelhouse, Ledger((first,)))
    (wheelhouse.folder / first.sha256[:16] / first.wheel).unlink()
    complete(store, wheelhouse, Ledger((first, release("1.1.0"))))
    assert yanked(store) == {"1.0.0": False, "1.1.0": False}


def test_a_damaged_wheel_is_made_again(
    workspace: Workspace,
    wheelhouse: Wheelhouse,
    release: Callable[..., Release],
    make_wheel: MakeWheel,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Or one of a release that was given up, whose version has other bytes now; and its metadata too."""
    ledger = Ledger((release("1.0.0"),))
    (first,) = ledger
    store = local(workspace, wheelhouse, ledger)
    store.replace(f"files/{first.wheel}", make_wheel(body="given_up = 1").read_bytes())
    store.replace(f"files/{first.wheel}.metadata", b"Metadata-Version: 2.4\n")
    local(workspace, wheelhouse, ledger)
    assert hashlib.sha256(store.read(f"files/{first.wheel}") or b"").hexdigest() == first.sha256
    assert store.read(f"files/{first.wheel}.metadata") == Wheel.read(make_wheel()).metadata_bytes
    assert "was not what the ledger says" in capsys.readouterr().out


def test_the_local_index_forgets_a_yank_with_the_ledger(
    workspace: Workspace, wheelhouse: Wheelhouse, release: Callable[..., Release]
) -> None:
    """One that was tried on a branch which is gone."""
    local(workspace, wheelhouse, Ledger((release("1.0.0", "tried"),)))
    assert yanked(local(workspace, wheelhouse, Ledger((release("1.0.0"),)))) == {"1.0.0": False}
