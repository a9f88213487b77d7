"""What a real npm makes of the index."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.index import bring_up, differences, in_folder, serving, store_at
from ogrom_tools.ledger import NPM, Ledger, Release
from ogrom_tools.npm.node import node, npm
from ogrom_tools.npm.tarball import Member, Tarball, packed
from ogrom_tools.projects import Workspace, semver
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shop:
    """An index that is served, and an empty folder where npm knows no other."""

    folder: Path
    index: Path
    url: str
    ledger: Ledger
    wheelhouse: Wheelhouse

    def npm(self, *arguments: str) -> str:
        registry = f"--registry={self.url.replace('simple/', 'npm/')}"
        own = (f"HOME={self.folder}", f"npm_config_cache={self.folder / 'cache'}")
        options = (registry, "--fetch-retries=0", "--loglevel=warn")
        return npm(self.folder, *arguments, *options, around=("env", *own))

    @property
    def installed(self) -> str:
        found = json.loads((self.folder / "node_modules/@ogrom/spoons/package.json").read_text())
        return str(found["version"])

    @property
    def locked(self) -> dict[str, str]:
        lock = json.loads((self.folder / "package-lock.json").read_text())
        return dict(lock["packages"]["node_modules/@ogrom/spoons"])

    def exchange(self, version: str) -> None:
        """Put another good tarball in the place of this version's."""
        release = self.ledger.find("spoons", version)
        (self.index / "files" / release.artefact).write_bytes(content(semver(release.number), "2"))


def content(version: str, body: str = "1") -> bytes:
    manifest = {"name": "@ogrom/spoons", "version": version, "type": "module", "exports": "./index.js"}
    files = {"package.json": json.dumps(manifest), "index.js": f"export const size = {body};\n"}
    return packed(
        {f"package/{name}": Member(text.encode(), False) for name, text in files.items()}, 1_800_000_000
    )


@pytest.fixture
def wheelhouse(tmp_path: Path) -> Wheelhouse:
    return Wheelhouse(Workspace(tmp_path / "checkout", ()))


@pytest.fixture
def release(wheelhouse: Wheelhouse, tmp_path: Path) -> Callable[..., Release]:
    """A release whose tarball is in the wheelhouse, so that no history is needed."""

    def make(version: str, yanked: str = "") -> Release:
        numbered = version.replace("rc", "-rc.")
        path = tmp_path / f"ogrom-spoons-{numbered}.tgz"
        path.write_bytes(content(numbered))
        tarball = Tarball.read(path)
        made = Release(
            project="spoons",
            version=version,
            kind=NPM,
            artefact=path.name,
            tool="typescript==5.9.3",
            tree="1" * 40,
            epoch=1_800_000_000,
            sha256=tarball.sha256,
            record_sha256=tarball.record_sha256,
            date="2026-11-25",
            yanked=yanked,
        )
        wheelhouse.keep(made, tarball)
        return made

    return make


@pytest.fixture
def shop(tmp_path: Path, wheelhouse: Wheelhouse, release: Callable[..., Release]) -> Iterator[Shop]:
    """1.0.0; 1.1.0, which is yanked; and 2.0.0rc1."""
    ledger = Ledger((release("1.0.0"), release("1.1.0", "tastes of tin"), release("2.0.0rc1")))
    index, folder = tmp_path / "index", tmp_path / "shop"
    index.mkdir()
    folder.mkdir()
    with serving(index) as url:
        bring_up(in_folder(index), wheelhouse, ledger, url)
        yield Shop(folder, index, url, ledger, wheelhouse)


def test_it_is_installed_into_an_empty_folder(shop: Shop) -> None:
    """With nothing but the index; and it runs."""
    shop.npm("install", "@ogrom/spoons")
    assert shop.installed == "1.0.0"
    script = "import { size } from '@ogrom/spoons'; console.log(size)"
    done = subprocess.run(
        (node(), "--input-type=module", "-e", script),
        cwd=shop.folder,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.stdout == "1\n"


def test_the_lock_has_its_hash(shop: Shop) -> None:
    """A changed byte is refused by it; and without a lock, by the packument's."""
    shop.npm("install", "@ogrom/spoons")
    assert shop.locked["resolved"].startswith(shop.url.replace("simple/", "files/"))
    assert shop.locked["integrity"].startswith("sha512-")
    shop.exchange("1.0.0")
    for command in (("ci",), ("install", "@ogrom/spoons@1.0.0", "--no-package-lock")):
        with pytest.raises(Failed, match="EINTEGRITY"):
            shop.npm(*command, f"--cache={shop.folder / 'another cache'}")


def test_a_yanked_version_is_passed_over(shop: Shop) -> None:
    """Though a higher one; who asks for it gets it, with the reason."""
    shop.npm("install", "@ogrom/spoons@^1.0.0")
    assert shop.installed == "1.0.0"
    assert "tastes of tin" in shop.npm("install", "@ogrom/spoons@1.1.0")
    assert shop.installed == "1.1.0"


def test_a_pre_release_is_only_for_those_who_ask(shop: Shop) -> None:
    """By its tag."""
    shop.npm("install", "@ogrom/spoons@>=1")
    assert shop.installed == "1.0.0"
    shop.npm("install", "@ogrom/spoons@next")
    assert shop.installed == "2.0.0-rc.1"


def test_every_byte_is_compared(shop: Shop) -> None:
    """Of the tarball and of what npm is told, over HTTP and where it is stored."""
    here, there = store_at(shop.url, to_read=True), in_folder(shop.index)
    assert list(differences(here, shop.ledger, shop.url)) == []
    packument = shop.index / "npm/@ogrom/spoons"
    whole = packument.read_bytes()
    packument.write_bytes(whole.replace(b"tastes of tin", b"tastes of tea"))
    assert list(differences(here, shop.ledger, shop.url)) == [
        "npm/@ogrom/spoons is not what follows from the ledger."
    ]
    packument.write_bytes(whole)
    shop.exchange("1.0.0")
    (said,) = differences(there, shop.ledger, shop.url)
    assert said.startswith("files/ogrom-spoons-1.0.0.tgz has the sha256")


def test_a_yank_reaches_it(shop: Shop) -> None:
    """As soon as the index is brought up to the ledger, and nothing else is written."""
    ledger = shop.ledger.yanking("spoons", "1.0.0", "bends")
    assert bring_up(in_folder(shop.index), shop.wheelhouse, ledger, shop.url) == ()
    assert "bends" in shop.npm("install", "@ogrom/spoons@1.0.0")
    assert list(differences(in_folder(shop.index), ledger, shop.url)) == []


def test_at_another_address_it_says_so(shop: Shop) -> None:
    """A mirror would send people to the first one."""
    told = list(differences(in_folder(shop.index), shop.ledger, "https://mirror.example/simple/"))
    assert told == ["npm/@ogrom/spoons is not what follows from the ledger."]
