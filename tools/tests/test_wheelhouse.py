import dataclasses
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools import wheelhouse as wheelhouses
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import discover
from ogrom_tools.wheelhouse import Wheel, Wheelhouse, build, rebuild

pytestmark = pytest.mark.slow


@pytest.fixture
def wheelhouse(train: Path) -> Wheelhouse:
    return Wheelhouse(discover(train))


@pytest.fixture
def core(train: Path) -> Release:
    return Ledger.read(train).find("core", "1.0.0")


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The trees that have been built."""
    trees: list[str] = []

    def count(repository: Repository, tree: str, epoch: int, folder: Path) -> Wheel:
        trees.append(tree)
        return build(repository, tree, epoch, folder)

    monkeypatch.setattr(wheelhouses, "build", count)
    return trees


def test_a_wheel_is_built_again_from_history_bit_for_bit(
    wheelhouse: Wheelhouse, core: Release, train: Path
) -> None:
    """Whatever has become of the work tree, of the commits' ids and of the tags since."""
    shutil.rmtree(train / "libs" / "core")
    repository = Repository(train)
    for tag in repository("tag", "--list").splitlines():
        repository("tag", "--delete", tag)
    repository("commit", "--quiet", "--all", "--amend", "--message=Rewritten")
    wheel = wheelhouse.wheel(core)
    assert wheel.name == core.artefact
    assert Wheel.read(wheel) == Wheel(wheel, core.sha256, core.record_sha256)
    assert wheel.is_relative_to(train / ".ogrom")


def test_nothing_of_a_machine_gets_into_a_wheel(
    train: Path, core: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the path of the clone, not the umask, not git's settings, not a file that nobody committed."""
    clone = tmp_path / "another place" / "clone"
    run("git", "clone", "--quiet", str(train), str(clone))
    (clone / "libs/core/src/ogrom/core/untracked.py").touch()
    Repository(clone)("config", "core.autocrlf", "true")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    old = os.umask(0o077)
    try:
        assert build(Repository(clone), core.tree, core.epoch, tmp_path / "out").sha256 == core.sha256
    finally:
        os.umask(old)


def test_the_epoch_is_in_the_bytes(train: Path, core: Release, tmp_path: Path) -> None:
    """So a ledger with another one would be found out; the files in the wheel are the same."""
    wheel = build(Repository(train), core.tree, core.epoch + 2, tmp_path / "out")
    assert wheel.sha256 != core.sha256
    assert wheel.record_sha256 == core.record_sha256


def test_a_kept_wheel_is_not_built_again(wheelhouse: Wheelhouse, core: Release, builds: list[str]) -> None:
    """It is asked for often."""
    assert wheelhouse.wheel(core) == wheelhouse.wheel(core)
    assert builds == [core.tree]


def test_a_wrong_byte_in_a_kept_wheel_is_found_and_mended(
    wheelhouse: Wheelhouse, core: Release, builds: list[str]
) -> None:
    """As a broken disk or somebody else may have put it there."""
    wheel = wheelhouse.wheel(core)
    content = bytearray(good := wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    assert wheelhouse.wheel(core).read_bytes() == good
    assert builds == [core.tree] * 2
    assert list(wheel.parent.iterdir()) == [wheel]


def test_many_are_built_side_by_side(wheelhouse: Wheelhouse, train: Path) -> None:
    """Two versions of one project beside each other."""
    ledger = Ledger.read(train)
    wheels = wheelhouse.wheels(ledger)
    assert list(wheels) == list(ledger)
    for release, wheel in wheels.items():
        assert Wheel.read(wheel).sha256 == release.sha256
        assert str(Wheel.read(wheel).metadata.version) == release.version


def test_many_are_built_by_one_process(
    wheelhouse: Wheelhouse, train: Path, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As far as their bytes are those of the ledger; the others are built as each alone is."""
    monkeypatch.setattr(wheelhouses, "FEW", 1)
    ledger = Ledger.read(train)
    for release, wheel in wheelhouse.wheels(ledger).items():
        assert Wheel.read(wheel).sha256 == release.sha256
    assert builds == []
    *others, last = ledger
    other = dataclasses.replace(last, epoch=1_750_000_002)
    shutil.rmtree(wheelhouse.folder)
    with pytest.raises(Failed, match=rf"{other} cannot be built again"):
        wheelhouse.wheels([*others, other])
    assert builds == [other.tree]


@pytest.mark.parametrize(
    ("change", "why"),
    [({"epoch": 1_750_000_002}, "packed in another way"), ({"tree": ""}, "other files in it")],
)
def test_history_that_gives_other_bytes_is_refused(
    wheelhouse: Wheelhouse, core: Release, train: Path, change: dict[str, object], why: str
) -> None:
    """The error tells which bytes, and in what they differ; nothing is kept."""
    other = Ledger.read(train).find("core", "1.1.0").tree
    release = dataclasses.replace(core, **{key: value or other for key, value in change.items()})  # type: ignore[arg-type]
    with pytest.raises(Failed, match=rf"(?s)core 1\.0\.0 cannot be built.*{core.sha256}.*{why}"):
        wheelhouse.wheel(release)
    assert not list(wheelhouse.folder.rglob("*.whl"))


def test_a_shallow_clone_says_what_to_do(core: Release, train: Path, tmp_path: Path) -> None:
    """And does it right afterwards."""
    clone = tmp_path / "shallow"
    run("git", "clone", "--quiet", "--depth=1", train.as_uri(), str(clone))
    with pytest.raises(Failed, match=r"core 1\.0\.0.*git fetch --unshallow"):
        rebuild(Repository(clone), core, tmp_path / "out")
    Repository(clone)("fetch", "--quiet", "--unshallow")
    assert rebuild(Repository(clone), core, tmp_path / "out").sha256 == core.sha256


def test_a_project_that_cannot_be_built_says_why(
    train: Path, core: Release, tmp_path: Path, commit: Callable[..., str]
) -> None:
    """In the words of the build backend."""
    (train / "libs/core/pyproject.toml").write_text("[project]\nname = 7\n")
    commit(train)
    repository = Repository(train)
    with pytest.raises(Failed, match=r"(?s)uv build.*exited with"):
        build(repository, repository.tree("HEAD", "libs/core"), core.epoch, tmp_path)


def test_a_wheel_tells_about_itself(wheelhouse: Wheelhouse, core: Release) -> None:
    """By its METADATA."""
    metadata = Wheel.read(wheelhouse.wheel(core)).metadata
    assert metadata.name == "ogrom-core"
    assert [str(each) for each in metadata.requires_dist or ()] == ["ogrom-protocols<2,>=1.0"]


def test_what_is_no_wheel_is_refused(tmp_path: Path) -> None:
    """A broken download, or another zip file."""
    broken, other = tmp_path / "broken.whl", tmp_path / "other.whl"
    broken.write_bytes(b"PK")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    for path in (broken, other, tmp_path / "missing.whl"):
        with pytest.raises(Failed, match=f"{path} is no wheel"):
            Wheel.read(path)
