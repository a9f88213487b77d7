"""A repository of small libraries, to try releases on."""

import datetime as dt
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
from packaging.version import Version
from rich.console import Console

from ogrom_rules import Finding, Level
from ogrom_tools import wheelhouse
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import ROOT, Project, Workspace
from ogrom_tools.release.act import Act
from ogrom_tools.release.making import bump2version
from ogrom_tools.release.plan import Plan, plan
from ogrom_tools.testing.checkout import PYPROJECT, Checkout, new_repository
from ogrom_tools.wheelhouse import Wheel

BUMPVERSION = r"""[bumpversion]
current_version = {version}
commit = False
tag = False
parse = (?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)(rc(?P<pre>\d+))?
serialize =
	{{major}}.{{minor}}.{{patch}}rc{{pre}}
	{{major}}.{{minor}}.{{patch}}

[bumpversion:file:pyproject.toml]
search = name = "ogrom-{name}"
	version = "{{current_version}}"
replace = name = "ogrom-{name}"
	version = "{{new_version}}"
"""

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- All of {name}.\n"

TOX = """\
[tox]
requires = tox-uv>=1.37
env_list = py{311,312,313,314}-{lowest,highest}

[testenv]
package = wheel
wheel_build_env = .pkg
uv_resolution =
    lowest: lowest-direct
    highest: highest
deps = pytest>=8
commands = pytest --config-file=tox.ini --override-ini=markers=slow {posargs:tests}
"""

BUILT = Path(".ogrom") / "built"
"""Where wheels are kept by what decides their bytes."""

TEST = "from ogrom.{name} import size\n\n\ndef test_size():\n    assert size() == 1\n"


class Noon(dt.datetime):
    """A clock that stands still, so that a release of the same content has the same bytes in each test."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "Noon":
        """The same moment, always."""
        return cls(2026, 11, 25, 12, tzinfo=tz)


class Workshop(Checkout):
    """A repository with the libraries plates and cups, which requires plates, and the service kitchen."""

    @classmethod
    def copy(cls, template: "Workshop", root: Path) -> Self:
        """A copy of a repository, with which it shares the wheels that are built."""
        built = template.root / BUILT
        built.mkdir(parents=True, exist_ok=True)
        shutil.copytree(template.root, root, ignore=shutil.ignore_patterns(built.name))
        (root / BUILT).symlink_to(built.resolve())
        return cls(root)

    @classmethod
    def made(cls, root: Path) -> Self:
        """Make the repository."""
        workshop = cls(root)
        root.mkdir()
        new_repository(root)
        (root / ".gitignore").write_text(".nox/\n.ogrom/\n")
        workshop.add("libs/plates")
        workshop.add("libs/cups", "ogrom-plates>=0.1,<2")
        workshop.add("services/kitchen", "ogrom-plates==0.1.0")
        (root / "tools/requirements").mkdir(parents=True)
        for name in ("bump2version", "dev"):
            shutil.copy(ROOT / f"tools/requirements/{name}.txt", root / "tools/requirements")
        workshop.commit("Begin")
        # One file instead of hundreds, for those who copy it.
        workshop.repository("gc", "--quiet")
        return workshop

    def project(self, name: str) -> Project:
        """One of its projects."""
        return self.workspace[name]

    def add(self, place: str, *dependencies: str, version: str = "0.1.0") -> None:
        """Write a project."""
        folder = self.root / place
        texts = {
            "pyproject.toml": PYPROJECT,
            ".bumpversion.cfg": BUMPVERSION,
            "CHANGELOG.md": CHANGELOG,
            f"src/ogrom/{folder.name}/__init__.py": "def size() -> int:\n    return 1\n",
            f"src/ogrom/{folder.name}/py.typed": "",
            "tests/test_size.py": TEST,
        }
        for file, text in texts.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            filled = text.format(name=folder.name, version=version, dependencies=list(dependencies))
            (folder / file).write_text(filled)
        (folder / "tox.ini").write_text(TOX)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file, where it must be."""
        file = self.root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def commit(self, message: str = "Change something") -> str:
        """Commit all that is in the work tree; the commit's id."""
        self.repository("add", "--all")
        self.repository("commit", "--quiet", f"--message={message}")
        return self.repository.commit()

    def change(self, name: str) -> str:
        """Commit a change of a library, and tell of it in its changelog."""
        self.edit(f"libs/{name}/src/ogrom/{name}/__init__.py", "return 1", "return 1  # still")
        self.edit(f"libs/{name}/CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- A comment.\n")
        return self.commit(f"Change {name}")

    def enter(self, name: str, version: str, yanked: str = "") -> None:
        """Commit a line of the ledger: HEAD holds this release. No wheel was ever built of it."""
        self.edit(f"libs/{name}/pyproject.toml", self.project(name).version, version)
        self.edit(f"libs/{name}/.bumpversion.cfg", "current_version = ", f"current_version = {version}\n# ")
        commit = self.commit(f"Release {name} {version}")
        release = Release(
            project=name,
            version=version,
            tree=self.repository.tree(commit, f"libs/{name}"),
            artefact=f"ogrom_{name}-{version}-py3-none-any.whl",
            tool="poetry-core==2.5.0",
            epoch=self.repository.epoch(commit),
            sha256="0" * 64,
            record_sha256="0" * 64,
            date="2026-11-25",
            yanked=yanked,
        )
        self.ledger.adding(release).write(self.root)
        self.commit(f"Enter {name} {version} into the ledger")

    def plan(self, *wanted: str, pre: bool = False) -> Plan:
        """The plan of releases: of `plates`, or `plates=minor`."""
        levels = {name: level for name, _, level in (each.partition("=") for each in wanted or ("plates",))}
        return plan(self.workspace, levels, self.ledger, pre=pre)

    def act(self, **options: Any) -> Act:
        """What makes releases here."""
        return Act(self.workspace, "main", Console(quiet=True), **options)

    def release(self, *wanted: str, pre: bool = False, **options: Any) -> str:
        """Make releases as the command does; what became of them."""
        act = self.act(**options)
        if done := act.begin():
            return ", ".join(f"{each}: {said}" for each, said in done.items())
        levels = {name: level for name, _, level in (each.partition("=") for each in wanted)}
        with act.checkout() as source:
            return act.release(plan(source, levels, self.ledger, pre=pre), source)


@dataclass
class Script:
    """What is said in a test by that which takes seconds: the API diff, the suites, the lattice and Poetry.

    And bump2version is the one of this checkout.
    """

    findings: Sequence[Finding] = (Finding("added", Level.MINOR, "ogrom.plates.size", "It is new."),)
    """What changed since the last release."""
    broken: str = ""
    """The library whose tests fail."""
    suites: list[str] = field(default_factory=list)
    """The wheels whose tests were run, in order."""

    def run(self, folder: Path, wheel: Path, index_url: str, **options: object) -> str:
        """In place of `suite.run`."""
        self.suites.append(wheel.name.partition("-py3")[0])
        if self.broken and self.broken in wheel.name:
            raise Failed("1 failed")
        return "1 passed"

    def moved(
        self, workspace: Workspace, service: Project, commit: str, versions: Mapping[str, Version]
    ) -> tuple[Mapping[str, str], str]:
        """In place of `release.trial.moved`."""
        if self.broken == service.name:
            raise Failed("1 failed")
        ledger = Ledger.parse(Repository(workspace.root).show(commit, "releases.toml"))
        text = service.pyproject.read_text()
        for name, version in versions.items():
            text = re.sub(
                rf"ogrom-{name}==[0-9.]+", f"ogrom-{name}=={ledger.find(name, str(version)).version}", text
            )
        return {f"services/{service.name}/pyproject.toml": text}, "1 passed"

    def replace(self, patch: pytest.MonkeyPatch) -> None:
        """Put it into their place."""
        patch.setattr("ogrom_tools.release.act.moved", self.moved)
        patch.setattr("ogrom_tools.tox.run", self.run)
        patch.setattr("ogrom_tools.api.compare_tree", lambda *_, **options: tuple(self.findings))
        patch.setattr("ogrom_tools.release.act.touches", lambda *_: False)
        patch.setattr("ogrom_tools.release.making.built_twice", build_once)
        patch.setattr("ogrom_tools.release.making.dt", SimpleNamespace(UTC=dt.UTC, datetime=Noon))
        program = bump2version(ROOT)
        patch.setattr("ogrom_tools.release.making.bump2version", lambda root: program)


def build_once(repository: Repository, tree: str, epoch: int, folder: Path) -> Wheel:
    """The wheel, built as everybody will build it again, and kept by what decides its bytes."""
    kept = repository.root / BUILT / f"{tree}-{epoch}"
    if not kept.exists():
        new = kept.with_suffix(".new")
        wheelhouse.build(repository, tree, epoch, new)
        new.rename(kept)  # whoever is killed before that builds it again
    (wheel,) = kept.glob("*.whl")
    return Wheel.read(wheel)
