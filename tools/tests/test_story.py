"""The release train as people ride it: by `./dev` in a clone of this repository, from a changed line to a service."""

import contextlib
import json
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

from ogrom.sources.testing import reserved_port
from ogrom_rules import Level
from ogrom_rules.levels import bumped
from ogrom_tools.command import Failed, uv
from ogrom_tools.contracts.history import Contracts
from ogrom_tools.index import serving
from ogrom_tools.pins.lockfile import lint
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import ROOT
from ogrom_tools.schema.lattice import Lattice
from ogrom_tools.testing.clone import DEADLINE, Clone, throw_away_clone

PROTOCOLS = "libs/protocols/src/ogrom/protocols/sources.py"
VIEW = "libs/core/src/ogrom/core/products.py"
MOUNTS = "services/api-run/src/ogrom/run/mounts.py"

BRANDS = Path(__file__).with_name("brands.patch")
"""`GET /brands` as an author adds it: a read-only method that not every source has, and an endpoint."""

GUIDE = ROOT / "docs" / "http.md"
"""It lists the files that `GET /brands` takes."""

CHANGES = {
    "protocols": "`BrandSource`, for sources that know their brands, and its contract.",
    "sources": "`SqlSources.brands`.",
    "client": "`RemoteSources.brands`.",
    "core": "`GET /brands`, where a source knows them.",
}
"""By the libraries that it crosses: what their changelogs say."""


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """A clone in which nothing has changed since its last release; its index has a port of its own."""
    with reserved_port() as port:
        yield throw_away_clone(tmp_path / "ogrom", port)


def test_the_guide_lists_the_files_of_brands() -> None:
    """All of them but tests, so that an author who follows it forgets none."""
    rows = re.findall(
        r"^\| (\w+) \| (`brands\.py`.*|`sql/brands\.py`.*) \|$", GUIDE.read_text(), re.MULTILINE
    )
    listed = {
        f"libs/{library}/src/ogrom/{library}/{file}"
        for library, files in rows
        for file in re.findall(r"`([\w/]+\.py)`", files)
    }
    changed = re.findall(r"^\+\+\+ (\S+/src/\S+)$", BRANDS.read_text(), re.MULTILINE)
    assert len(changed) == 12
    assert listed == {*changed}


@pytest.mark.slow
def test_the_whole_story(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    """A capability is added, released, pinned and served; what must not be released or taken is refused."""
    contract = Contracts.read(clone.root).entries[-1].version
    clone.seconds.clear()
    a_capability_crosses_four_libraries(clone)
    the_service_serves_it(clone)
    clients_are_told(clone, contract)
    with capsys.disabled():
        print("", *(f"{seconds:7.1f} s  {command}" for command, seconds in clone.seconds.items()), sep="\n")
    what_breaks_the_service_is_not_released(clone)
    a_method_more_in_a_protocol_is_major(clone)
    a_wheel_with_a_changed_byte_is_refused(clone)
    a_yanked_release_is_refused(clone)


def a_capability_crosses_four_libraries(clone: Clone) -> None:
    """Minors all of them, in one act with the pins."""
    before = {name: clone.last(name) for name in CHANGES}
    add_brands(clone)
    head, rows = clone.repository.commit(), Lattice.read(clone.root).rows
    printed = clone.dev("release", "--changed", "--pin", "--quick", "--yes")
    assert f"{before['core']}: " in printed  # its tests, with the new protocols
    for name, last in before.items():
        assert clone.last(name).number == bumped(last.number, Level.MINOR)
    protocols, core = clone.last("protocols"), clone.last("core")
    assert f"ogrom-protocols>={protocols.version},<{protocols.number.major + 1}" in [
        *map(str, clone.workspace["core"].metadata["dependencies"])
    ]
    new = {name: clone.last(name).number for name in before}
    assert new.items() <= read(clone.workspace["api-run"]).items()
    assert clone.repository("rev-list", "--count", f"{head}..") == "1"
    assert not clone.repository.is_dirty
    proved = Lattice.read(clone.root).rows
    assert proved[: len(rows)] == rows
    assert {each.release for each in proved[len(rows) :]} == {clone.last("sources").version}
    for each in (protocols, core):
        assert clone.origin.commit(each.tag) == clone.origin.commit("main") == clone.repository.commit()


def add_brands(clone: Clone) -> None:
    """A commit for each library."""
    clone.repository("apply", "-p0", str(BRANDS))
    for name, change in CHANGES.items():
        clone.repository("add", f"libs/{name}")
        clone.commit(name, change)


def what_breaks_the_service_is_not_released(clone: Clone) -> None:
    """Though the libraries' own tests pass: nothing is final before the service's do."""
    clone.edit(VIEW, "\n\nclass ProductLinks", '\n\nMATERIALS = ("silk", "wool")\n\n\nclass ProductLinks')
    clone.commit("core", "What a product may be made of.")
    clone.edit(MOUNTS, "def front_mount(", "def front_mounts(")
    clone.repository("commit", "--all", "--quiet", "--message=Break the service")
    head, tags = clone.repository.commit(), clone.repository("tag")
    assert "front_mount" in clone.refused("release", "core", "--pin", "--quick", "--yes")
    assert (clone.repository.commit(), clone.repository("tag"), clone.repository.is_dirty) == (
        head,
        tags,
        False,
    )
    assert clone.origin.commit("main") != head
    clone.repository("revert", "--no-edit", "HEAD")


def the_service_serves_it(clone: Clone) -> None:
    """From wheels: no library is left in the work tree."""
    for name in ("http", *CHANGES):
        shutil.rmtree(clone.root / "libs" / name / "src")
    begin = time.monotonic()
    with reserved_port() as port, clone.started("serve", f"--port={port}") as process:
        wait_for(f"http://127.0.0.1:{port}/health/ready", process)
        clone.seconds["./dev serve, until it is ready"] = time.monotonic() - begin
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/de-DE/", timeout=DEADLINE) as response:
            link = json.load(response)["links"]["brands"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{link}", timeout=DEADLINE) as response:
            assert json.load(response)["items"]
    clone.repository("checkout", "--quiet", "libs")


def clients_are_told(clone: Clone, before: str) -> None:
    """A new endpoint is a minor of the contract; what takes one away is refused where it would be deployed."""
    after = Contracts.read(clone.root).entries[-1].version
    assert Version(after) == bumped(Version(before), Level.MINOR)
    noticed = clone.json("contract-diff", before, after)
    assert {(each["rule"], each["symbol"]) for each in noticed} >= {
        ("operation-added", "GET /v1/{locale}/brands")
    }
    assert f"contracts/{after}.json" in clone.dev("contract")
    memory = ("deploy", "--platform", "memory")
    clone.dev(*memory, "apply", "v2", "--contract", f"contracts/{after}.json")
    refused = clone.refused(*memory, "plan", "v3", "--contract", f"contracts/{before}.json")
    assert "GET /v1/{locale}/brands: It is gone. (it was never deprecated)" in refused
    a_member_is_renamed(clone)


def a_member_is_renamed(clone: Clone) -> None:
    """To Python it is a patch, to clients a break, so the release needs a reason and is a major."""
    clone.edit(VIEW, "    title: str\n    brand: str\n", "    title: str\n    brand_name: str\n")
    clone.edit(VIEW, "brand=product.brand", "brand_name=product.brand")
    clone.commit("core", "`brand_name` in place of `brand`.")
    release = ("release", "core", "--pin", "--quick", "--yes")
    assert "ProductView.brand: It is gone. (it was never deprecated)" in clone.refused(*release)
    shown = clone.dev(*release, "--dry-run", "--reason", "Nobody reads it.")
    assert f"core {bumped(clone.last('core').number, Level.MAJOR)}, after" in shown
    clone.repository("reset", "--quiet", "--hard", "HEAD~1")


def a_method_more_in_a_protocol_is_major(clone: Clone) -> None:
    """Whoever implements it lacks the method."""
    method = "    def products_by_ids("
    clone.edit(PROTOCOLS, method, f"    def newest(self, ctx: Context) -> Product | None: ...\n\n{method}")
    clone.commit("protocols", "`ProductSource.newest`.")
    assert clone.json("api-diff", "protocols")["level"] == "major"
    assert "major" in clone.refused("release", "protocols=minor", "--yes")


def a_wheel_with_a_changed_byte_is_refused(clone: Clone) -> None:
    """Wherever the lock's hash is looked at; and an index in the clone is put right before it is used."""
    release = clone.last("core")
    pin = clone.root / "pin.txt"
    pin.write_text(f"{release.distribution}=={release.version} --hash=sha256:{release.sha256}\n")
    clone.dev("index", "--refresh")
    index = clone.root / ".ogrom" / "index"
    file = index / "files" / release.artefact
    good = file.read_bytes()
    time_of_a_file = good.index(b"PK\x01\x02") + 12
    changed = bytearray(good)
    changed[time_of_a_file] ^= 1  # it is still a good wheel, with the same files
    file.write_bytes(changed)
    with serving(index) as url, pytest.raises(Failed, match=r"(?i)hash"):
        uv(
            "pip",
            "install",
            "--no-deps",
            "--no-cache",
            f"--index={url}",
            f"--target={clone.root / 'x'}",
            f"--requirement={pin}",
        )
    assert file.name in clone.refused("verify", f"--index={index}", "--url=https://packages.example/simple/")
    clone.dev("index", "--refresh")
    assert file.read_bytes() == good


def a_yanked_release_is_refused(clone: Clone) -> None:
    """It cannot be pinned again, and who has pinned it is told."""
    release, reason = clone.last("core"), "It says silk of everything."
    clone.dev("yank", "core", release.version, "--reason", reason)
    assert reason in clone.refused("pin", "core", release.version)
    assert any(reason in problem for problem in lint(clone.workspace, clone.ledger))


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    """Until the page is there."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10):
            return
        time.sleep(0.05)  # between two looks
    raise AssertionError(f"{url} does not answer")
