import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.index import Conflict, Folder, publish, refresh
from ogrom_tools.index.publish import add, opened
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.wheelhouse import Wheel

MakeWheel = Callable[..., Path]
MakeRelease = Callable[..., Release]


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "index")


@dataclass(frozen=True)
class Watched(Folder):
    """A folder that says what is written, and lets something happen before it is."""

    written: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda name: None

    def replace(self, name: str, data: bytes) -> None:
        self.before(name)
        self.written.append(name)
        super().replace(name, data)


def listed(store: Folder, project: str = "ogrom-tea") -> dict[str, str | bool]:
    """The wheels that a page tells of, and whether they are yanked."""
    page = store.read(f"simple/{project}/index.json")
    return {file["filename"].split("-")[1]: file["yanked"] for file in json.loads(page or b"{}")["files"]}


def test_a_published_wheel_is_there_with_its_metadata(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """The bytes of the METADATA are those in the wheel."""
    wheel = make_wheel()
    publish(store, make_release(wheel), wheel)
    assert store.read(f"files/{wheel.name}") == wheel.read_bytes()
    assert store.read(f"files/{wheel.name}.metadata") == Wheel.read(wheel).metadata_bytes
    assert list(store.names("simple/")) == []


def test_publishing_again_finishes_what_was_stopped(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """After the wheel, before its metadata."""
    wheel = make_wheel()
    store.create(f"files/{wheel.name}", wheel.read_bytes())
    publish(store, make_release(wheel), wheel)
    publish(store, make_release(wheel), wheel)
    assert len(list(store.names("files/"))) == 2


def test_a_version_is_published_once(store: Folder, make_wheel: MakeWheel, make_release: MakeRelease) -> None:
    """Other content under the same version is refused, and the first one stays."""
    first, second = make_wheel(), make_wheel(body="x = 1")
    publish(store, make_release(first), first)
    with pytest.raises(Conflict, match="release a new version"):
        publish(store, make_release(second), second)
    assert store.read(f"files/{first.name}") == first.read_bytes()


def test_a_wheel_that_is_not_the_releases_is_refused(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """One byte is enough."""
    release, other = make_release(make_wheel()), make_wheel(body="#")
    with pytest.raises(Failed, match=r"is not the wheel of tea 1\.0\.0"):
        publish(store, release, other)
    assert list(store.names("")) == []


def test_of_two_publishers_at_once_one_wins(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """Wheel and metadata are the winner's; two who bring the same both succeed."""
    rivals = [make_wheel(f"1.0.{turn}", body=f"x = {rival}") for turn in range(10) for rival in (0, 1)]
    metadata = {each: Wheel.read(each).metadata_bytes for each in rivals}
    with ThreadPoolExecutor(4) as pool:
        for one, other in zip(rivals[::2], rivals[1::2], strict=True):
            start, wheels = threading.Barrier(4), (one, other, one, other)
            won = list(pool.map(_publishing(store, start, make_release), wheels))
            assert won in ([True, False, True, False], [False, True, False, True])
            winner = one if won[0] else other
            assert store.read(f"files/{one.name}") == winner.read_bytes()
            assert store.read(f"files/{one.name}.metadata") == metadata[winner]


def _publishing(store: Folder, start: threading.Barrier, make_release: MakeRelease) -> Callable[[Path], bool]:
    def act(wheel: Path) -> bool:
        release = make_release(wheel)
        start.wait(timeout=60)
        try:
            publish(store, release, wheel)
        except Conflict:
            return False
        return True

    return act


def test_a_name_that_is_not_ours_is_refused(store: Folder, make_wheel: MakeWheel) -> None:
    """Clients that ask us first would take our `flask` for the flask."""
    wheel = make_wheel()
    foreign = wheel.with_name("flask-9.0.0-py3-none-any.whl")
    wheel.rename(foreign)
    with opened(foreign.name, foreign.read_bytes()) as read, pytest.raises(Failed, match="flask is not ours"):
        add(store, read)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("ogrom_tea-1.0.1-py3-none-any.whl", "says in itself that it is ogrom-tea 1.0.0"),
        ("ogrom_pot-1.0.0-py3-none-any.whl", "says in itself that it is ogrom-tea 1.0.0"),
        ("ogrom_tea-1.0.0.tar.gz", "publish wheels only"),
    ],
)
def test_a_wheel_is_what_its_name_says(store: Folder, make_wheel: MakeWheel, name: str, problem: str) -> None:
    """A resolver believes the name, an installer the content."""
    with opened(name, make_wheel().read_bytes()) as read, pytest.raises(Failed, match=problem):
        add(store, read)
    assert list(store.names("")) == []


@pytest.mark.parametrize("name", ["../ogrom_tea-1.0.0-py3-none-any.whl", "a/b", "..", ""])
def test_a_file_is_opened_nowhere_else(name: str) -> None:
    """The name comes from a form."""
    with pytest.raises(Failed), opened(name, b""):
        pass


def test_pages_tell_of_every_wheel(store: Folder, make_wheel: MakeWheel, make_release: MakeRelease) -> None:
    """Also of one that this ledger does not know yet: another branch's release does not vanish."""
    known, unknown = make_wheel("1.0.0"), make_wheel("1.1.0")
    for wheel in (known, unknown):
        publish(store, make_release(wheel), wheel)
    refresh(store, Ledger((make_release(known),)))
    assert listed(store) == {"1.0.0": False, "1.1.0": False}
    page = json.loads(store.read("simple/ogrom-tea/index.json") or b"")
    assert [each["hashes"]["sha256"] for each in page["files"]] == [
        Wheel.read(known).sha256,
        Wheel.read(unknown).sha256,
    ]


def test_an_older_ledger_does_not_undo_a_yank(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """A release from a branch that has not heard of it."""
    wheel = make_wheel()
    publish(store, make_release(wheel), wheel)
    refresh(store, Ledger((make_release(wheel, yanked="tastes of soap"),)))
    assert listed(store) == {"1.0.0": "tastes of soap"}
    refresh(store, Ledger((make_release(wheel),)))
    assert listed(store) == {"1.0.0": "tastes of soap"}


def test_the_ledger_says_which_hash_is_right(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """A wheel exchanged in the store does not change the page, so every client refuses it."""
    wheel = make_wheel()
    release = make_release(wheel)
    publish(store, release, wheel)
    store.replace(f"files/{wheel.name}", make_wheel(body="evil = 1").read_bytes())
    refresh(store, Ledger((release,)))
    page = json.loads(store.read("simple/ogrom-tea/index.json") or b"")
    assert page["files"][0]["hashes"]["sha256"] == release.sha256


def test_refreshing_heals_a_missing_metadata(
    store: Folder, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """Its publisher was stopped, and never came back."""
    wheel = make_wheel()
    store.create(f"files/{wheel.name}", wheel.read_bytes())
    refresh(store, Ledger())
    assert store.read(f"files/{wheel.name}.metadata") == Wheel.read(wheel).metadata_bytes
    assert listed(store) == {"1.0.0": False}


def test_only_changed_pages_are_written(
    tmp_path: Path, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """A release of one project leaves the pages of the others alone."""
    store = Watched(tmp_path / "index")
    tea, pot = make_wheel(), make_wheel(project="pot")
    for wheel in (tea, pot):
        publish(store, make_release(wheel), wheel)
    refresh(store, Ledger())
    store.written.clear()
    refresh(store, Ledger())
    assert store.written == []
    later = make_wheel("1.1.0")
    publish(store, make_release(later), later)
    refresh(store, Ledger())
    assert store.written == ["simple/ogrom-tea/index.html", "simple/ogrom-tea/index.json"]


def test_a_wheel_published_meanwhile_is_not_lost(
    tmp_path: Path, make_wheel: MakeWheel, make_release: MakeRelease
) -> None:
    """Another publisher comes, lists and writes its pages between our listing and our writing."""
    first, second = make_wheel("1.0.0"), make_wheel("1.1.0")
    other = Folder(tmp_path / "index")

    def another(name: str) -> None:
        if not list(other.names(f"files/{second.name}")):
            publish(other, make_release(second), second)
            refresh(other, Ledger())

    store = Watched(tmp_path / "index", before=another)
    publish(store, make_release(first), first)
    refresh(store, Ledger())
    assert listed(store) == {"1.0.0": False, "1.1.0": False}


def test_refreshing_gives_up_where_others_never_stop(tmp_path: Path) -> None:
    """And says so."""

    @dataclass(frozen=True)
    class Restless(Folder):
        count: list[int] = field(default_factory=list)

        def names(self, prefix: str) -> Iterable[str]:  # type: ignore[override]
            self.count.append(1)
            return [f"files/{len(self.count)}.part"]

    with pytest.raises(Failed, match="Do it again"):
        refresh(Restless(tmp_path), Ledger())
