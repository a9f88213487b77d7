"""The release train as people ride it: by `./dev` in a clone of this repository, from a changed line to a service."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from ogrom.sources.testing import reserved_port
from ogrom_rules import Level
from ogrom_rules.levels import bumped
from ogrom_tools.api.comparison import cache
from ogrom_tools.command import Failed, run, uv
from ogrom_tools.contracts.history import Contracts
from ogrom_tools.contracts.judge import Judgement
from ogrom_tools.git import Repository
from ogrom_tools.index import serving
from ogrom_tools.ledger import WHEEL, Ledger, Release
from ogrom_tools.pins.lockfile import lint
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.release.making import CONFIGURATION
from ogrom_tools.schema.lattice import Lattice
from ogrom_tools.test.wheels import copy_tracked
from ogrom_tools.testing.checkout import Checkout
from ogrom_tools.testing.workshop import Script, Workshop
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

DEADLINE = 1200
"""Seconds after which a command hangs."""

SERVICE = "services/api-run/pyproject.toml"
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

FEW = {
    "libs/sources": ("sql/test_tables.py", "sql/test_prefetch.py"),
    "libs/catalogue": ("test_cells.py",),
    "libs/client": ("test_calls.py",),
    "libs/core": ("test_products.py",),
    "libs/operations": ("test_command_line.py",),
    "services/api-run": ("test_app.py", "test_home.py"),
}
"""The tests that these have in the clone; all of them run elsewhere, and would take minutes here."""


@dataclass(frozen=True)
class Clone(Checkout):
    """A clone, and how long each command in it took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def origin(self) -> Repository:
        """What everybody has."""
        return Repository(self.root.parent / "origin")

    def last(self, library: str) -> Release:
        release = self.ledger.last(library)
        assert release, f"{library} has no release"
        return release

    def edit(self, place: str, old: str, new: str) -> None:
        """Replace a text that stands in a file once."""
        file = self.root / place
        text = file.read_text()
        assert text.count(old) == 1, f"{place} has {text.count(old)} times {old!r}"
        file.write_text(text.replace(old, new))

    def commit(self, library: str, change: str) -> None:
        """Commit what was edited, with a line in a library's changelog."""
        title = "## [Unreleased]\n"
        self.edit(f"libs/{library}/CHANGELOG.md", title, f"{title}\n### Added\n\n- {change}\n")
        self.repository("commit", "--all", "--quiet", f"--message={change}")

    def dev(self, *arguments: str) -> str:
        """What a session prints that succeeds."""
        code, printed = self._run(*arguments)
        assert code == 0, printed
        return printed

    def refused(self, *arguments: str) -> str:
        """What a session prints that fails."""
        code, printed = self._run(*arguments)
        assert code != 0, printed
        return printed

    def json(self, *arguments: str) -> Any:
        """What a session prints for machines, below nox's own line."""
        printed = self.dev(*arguments, "--json")
        begin = re.search(r"^[\[{]", printed, re.MULTILINE)
        assert begin, printed
        return json.JSONDecoder().raw_decode(printed, begin.start())[0]

    def _run(self, *arguments: str) -> tuple[int, str]:
        start = time.monotonic()
        with self.started(*arguments) as process:
            printed, _ = process.communicate(timeout=DEADLINE)
        self.seconds[f"./dev {' '.join(arguments)}"] = time.monotonic() - start
        return process.returncode, printed

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A session that runs, and nothing of it outlives the block."""
        with subprocess.Popen(
            [self.root / "dev", *arguments],
            cwd=self.root,
            env=environment(),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def environment() -> Mapping[str, str]:
    """This one, with a name for git, and without what the tests' own environment sets for us."""
    ours = {
        key: value for key, value in os.environ.items() if not key.startswith(("OGROM_", "PYTEST_", "NOX_"))
    }
    author = {"GIT_AUTHOR_NAME": "An Author", "GIT_AUTHOR_EMAIL": "author@example.org"}
    committer = {key.replace("AUTHOR", "COMMITTER"): value for key, value in author.items()}
    return {**ours, **author, **committer, "COLUMNS": "200"}


@pytest.fixture
def port() -> Iterator[int]:
    with reserved_port() as port:
        yield port


@pytest.fixture
def clone(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A clone in which nothing has changed since its last release; its index has a port of its own."""
    for key, value in environment().items():
        monkeypatch.setenv(key, value)
    clone = Clone(tmp_path / "ogrom")
    run("git", "clone", "--quiet", str(ROOT), str(clone.root))
    copy_tracked(ROOT, clone.root)  # what is not committed yet is played too
    for each in clone.workspace.train:
        shutil.rmtree(each.folder)
        if release := clone.ledger.last(each.name):  # the first release of a new one is another story
            clone.repository.export(release.tree, each.folder)
            if each.is_library:
                shutil.copy(ROOT / "libs" / each.name / CONFIGURATION, each.folder)  # it is the train's own
    clone.edit(SERVICE, "127.0.0.1:8418", f"127.0.0.1:{port}")
    forget_old_releases(clone)
    clone.repository("switch", "--quiet", "--force-create", "main")
    clone.repository("add", "--all")
    clone.repository("commit", "--quiet", "--message=Begin where the last releases are")
    run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(clone.origin.root))
    clone.repository("remote", "set-url", "origin", str(clone.origin.root))
    clone.repository("push", "--quiet", "--tags", "--set-upstream", "origin", "main")
    share(clone)
    leave_few_tests(clone)
    return clone


def forget_old_releases(clone: Clone) -> None:
    """Keep the last of each project and what the service pins: each one in the ledger is built from history."""
    ledger = clone.ledger
    lasts = {ledger.last(each.name) for each in clone.workspace.train}
    pins = {ledger.find(name, str(version)) for name, version in read(clone.workspace["api-run"]).items()}
    Ledger(tuple(each for each in ledger if each in lasts | pins)).write(clone.root)


def share(clone: Clone) -> None:
    """Give the clone our workbench, and what we have built of history and read of Python.

    It looks itself whether those are what they should be: the workbench by its stamp, wheels by their hashes.
    """
    workbench = shutil.copytree(ROOT / ".venv", clone.root / ".venv", symlinks=True)
    for file in (workbench / "stamp", *(workbench / "bin").iterdir()):
        if not file.is_symlink() and (text := file.read_bytes()).startswith((b"#!", bytes(ROOT))):
            file.write_bytes(text.replace(bytes(ROOT), bytes(clone.root)))
    ours, theirs = Wheelhouse(discover(ROOT)), Wheelhouse(clone.workspace)
    for release, wheel in ours.wheels(each for each in clone.ledger if each.kind == WHEEL).items():
        theirs.keep(release, Wheel.read(wheel))
    cache(ours.workspace).mkdir(parents=True, exist_ok=True)
    cache(clone.workspace).symlink_to(cache(ours.workspace))


def leave_few_tests(clone: Clone) -> None:
    """Release the libraries with them: a release runs the tests that belong to the last ones of its dependents.

    Their code is the same, so neither is compared with the last one.
    """
    for place, kept in FEW.items():
        tests = clone.root / place / "tests"
        for file in tests.rglob("test_*.py"):
            if file.relative_to(tests).as_posix() not in kept:
                file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        Script(findings=()).replace(patch)
        patch.setattr("ogrom_tools.release.plan.judging", lambda *_: nullcontext(lambda name: Judgement))
        names = [Path(place).name for place in FEW if place.startswith("libs/")]
        for name in names:
            clone.commit(name, "Fewer tests.")
        Workshop(clone.root).release(*(f"{name}=patch" for name in names))


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
