"""Ten changes of the real service, planted one at a time: from the plan of a release to the plan of a deploy."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from ogrom_deploy import clients
from ogrom_deploy.stores import FolderStore
from ogrom_rules import Finding, Level
from ogrom_tools.command import Failed, run
from ogrom_tools.contracts import judge, pinned
from ogrom_tools.contracts.document import CONTRACT, SERVICE, program
from ogrom_tools.contracts.history import Contracts, write
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.release import plan as planning
from ogrom_tools.testing.overlays import PROGRAM, Overlays
from ogrom_tools.testing.workshop import Script

pytestmark = pytest.mark.slow
CORE = "libs/core/src/ogrom/core"
REASON = "Nobody has used it for a year."


@dataclass(frozen=True)
class Planted:
    """A change of one file of core."""

    file: str
    edits: Mapping[str, str]
    rule: str
    """The most serious one that it breaks."""
    level: Level = Level.MAJOR


ALWAYS = {
    "from dataclasses import dataclass\n": "from dataclasses import dataclass\n\nfrom ogrom.http import always\n"
}
ID, COMMENT = "    product_id = PathParameter()\n", "    comment_id = PathParameter()\n"
PLANTED = {
    "rename": Planted(
        "products.py",
        {
            "    title: str\n    brand: str\n": "    title: str\n    brand_name: str\n",
            "brand=product": "brand_name=product",
        },
        "member-removed",
    ),
    "field": Planted(
        "users.py",
        {"    avatar_url: str\n": "", "            avatar_url=user.avatar_url,\n": ""},
        "member-removed",
    ),
    "status": Planted("products.py", {**ALWAYS, ID: f"{ID}    existed = always(True)\n"}, "status-added"),
    "precondition": Planted(
        "comments.py",
        {COMMENT: f"{COMMENT}    precondition_required = always(True)\n"},
        "precondition-required",
    ),
    "cache": Planted("products.py", {ID: f'{ID}    cache = "public, max-age=3600"\n'}, "lifetime-longer"),
    "endpoint": Planted("routes.py", {'("search", "/search", ': '("search", "/find", '}, "operation-removed"),
    "parameter": Planted(
        "products.py", {"MAX_BRAND_LENGTH = 255": "MAX_BRAND_LENGTH = 25"}, "values-refused"
    ),
    "scope": Planted(
        "likes.py", {'write_scopes("likes:write")': 'write_scopes("likes:give")'}, "scope-added"
    ),
    "media type": Planted("users.py", {"    renderers = LIST_RENDERERS\n": ""}, "media-type-removed"),
    "more": Planted(
        "products.py",
        {"    title: str\n    brand: str\n": '    title: str\n    brand: str\n    material: str = "silk"\n'},
        "member-added",
        Level.MINOR,
    ),
}
every = pytest.mark.parametrize("name", PLANTED)


@dataclass(frozen=True)
class Shop:
    """A clone in which what is in the tree is released, and its contract kept."""

    root: Path

    @property
    def repository(self) -> Repository:
        return Repository(self.root)

    def plant(self, planted: Planted) -> None:
        """Commit it, and nothing of another one."""
        self.repository("reset", "--quiet", "--hard", "begin")
        file = self.root / CORE / planted.file
        text = file.read_text(encoding="utf-8")
        for old, new in planted.edits.items():
            assert old in text, f"{planted.file} has no {old!r}"
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        changelog = self.root / "libs/core/CHANGELOG.md"
        told = changelog.read_text(encoding="utf-8")
        changelog.write_text(
            told.replace("## [Unreleased]\n", "## [Unreleased]\n\n- It.\n", 1), encoding="utf-8"
        )
        self.repository("commit", "--quiet", "--all", "--message=Plant it")

    def plan(self, reason: str = "") -> planning.Planned:
        """What is planned of core."""
        ledger = Ledger.read(self.root)
        (found,) = planning.plan(discover(self.root), {"core": ""}, ledger, reason=reason).planned
        return found

    def pin(self, reason: str = "") -> Any:
        """The next contract, with core as it is planted."""
        releases = _releases(self.repository)
        service = self.repository.tree("HEAD", SERVICE)
        return pinned.on(discover(self.root), service, releases, reason)


def _releases(repository: Repository) -> tuple[Release, ...]:
    """The last release of each library, as if HEAD were what was released."""
    ledger = Ledger.read(repository.root)
    lasts = (ledger.last(each) for each in dict.fromkeys(each.project for each in ledger))
    trees = ((each, repository.tree("HEAD", f"libs/{each.project}")) for each in lasts if each)
    return tuple(dataclasses.replace(each, tree=tree) for each, tree in trees if tree)


@dataclass(frozen=True)
class Documents:
    """In place of `document`: makes each contract once, with the service and the other libraries of the beginning."""

    overlays: Overlays
    folder: Path
    others: frozenset[str]
    made: dict[str, Any] = dataclasses.field(default_factory=dict)
    alone: Lock = dataclasses.field(default_factory=Lock)

    def document(self, repository: Repository, trees: Iterable[str]) -> tuple[Any, str]:
        (core,) = {*trees} - self.others
        with self.alone:
            if core not in self.made:
                repository.export(core, self.folder / core)
                with self.overlays.service(self.folder / core / "src") as (found, _):
                    self.made[core] = found
        return self.made[core], CONTRACT


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The clone."""
    root = tmp_path_factory.mktemp("planted") / "ogrom"
    run("git", "clone", "--quiet", "--shared", "--no-tags", str(ROOT), str(root))
    shop = Shop(root)
    for key, value in {"user.name": "Nobody", "user.email": "nobody@example.org"}.items():
        shop.repository("config", key, value)
    shop.repository("switch", "--quiet", "--force-create", "main")
    Ledger(_releases(shop.repository)).write(root)
    with pytest.MonkeyPatch.context() as patch:
        Script(findings=(Finding("implementation-changed", Level.PATCH, CORE, "It changed."),)).replace(patch)
        found = shop.pin("It begins.")
        write(root, found.files if found else {})
        shop.repository("add", "--all")
        shop.repository("commit", "--quiet", "--message=Begin")
        shop.repository("tag", "begin")
        libraries = (each.tree for each in _releases(shop.repository) if each.project != "core")
        others = (shop.repository.tree("HEAD", SERVICE), *libraries)
        with (
            program(shop.repository, others) as words,
            Overlays.started((*words[:-1], PROGRAM)) as overlays,
        ):
            documents = Documents(overlays, tmp_path_factory.mktemp("core"), frozenset(others))
            for module in (judge, pinned):
                patch.setattr(module, "document", documents.document)
            yield shop


@every
def test_a_release(shop: Shop, name: str) -> None:
    """Its level is that of what clients notice; what breaks them needs a reason."""
    planted = PLANTED[name]
    shop.plant(planted)
    breaks = planted.level is Level.MAJOR
    if breaks:
        with pytest.raises(Failed, match="would break clients of the API without notice"):
            shop.plan()
    found = shop.plan(REASON if breaks else "")
    assert found.last
    assert found.version.release == _bumped(found.last, planted.level)
    assert planted.rule in {each.rule for each in found.contract if each.level is planted.level}
    assert max(each.level for each in found.contract) is planted.level
    assert found.breaks == (REASON if breaks else "")


def _bumped(last: Release, level: Level) -> tuple[int, ...]:
    major, minor, _ = last.number.release
    return (major + 1, 0, 0) if level is Level.MAJOR else (major, minor + 1, 0)


@every
def test_a_pin(shop: Shop, name: str) -> None:
    """It raises the contract by the same level."""
    planted = PLANTED[name]
    shop.plant(planted)
    breaks = planted.level is Level.MAJOR
    if breaks:
        with pytest.raises(Failed, match="would be broken without notice"):
            shop.pin()
    found = shop.pin(REASON if breaks else "")
    major, minor, _ = map(int, found.before.version.split("."))
    expected = (major + 1, 0, 0) if breaks else (major, minor + 1, 0)
    assert tuple(map(int, found.entry.version.split("."))) == expected
    assert planted.rule in found.entry.changes
    assert found.entry.reason == (REASON if breaks else "")


@every
def test_a_deploy(shop: Shop, name: str, tmp_path: Path) -> None:
    """Its plan refuses what breaks clients, and lets pass what was let pass when it was pinned."""
    planted, store, now = PLANTED[name], FolderStore(tmp_path), datetime.now(UTC)
    shop.plant(planted)
    contracts = Contracts.read(shop.root)
    assert contracts.current
    clients.keep(store, "v1", contracts.document(contracts.current.version))
    clients.went_live(store, "v1", now - timedelta(days=400))
    breaks = planted.level is Level.MAJOR
    found = shop.pin(REASON if breaks else "")
    pinned = json.loads(found.files[f"contracts/{found.entry.version}.json"])
    shown = clients.difference(store, "v1", "v2", pinned, now, timedelta(days=90))
    assert planted.rule in {each.rule for each in shown.findings}
    assert (bool(shown.breaks), shown.allowed) == (breaks, REASON if breaks else "")
    assert not shown.refusal
    unexcused = {**pinned, "info": {"title": "Ogrom", "version": "9.9.9"}}
    shown = clients.difference(store, "v1", "v2", unexcused, now, timedelta(days=90))
    assert bool(shown.refusal) is breaks
