"""Makes releases out of sight: their files, their wheels, the ledger's lines and one commit, all in git's own store.

Neither the branch nor the work tree is touched, so whatever stops here leaves nothing to put back.
"""

import datetime as dt
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from packaging.version import Version

from ogrom_tools import changelog
from ogrom_tools.artefact import Artefact
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed, poetry, run
from ogrom_tools.environment import Environment, Pinned
from ogrom_tools.git import Repository
from ogrom_tools.ledger import BACKEND, FILE, NPM, WHEEL, Ledger, Release
from ogrom_tools.npm import tarball
from ogrom_tools.npm.node import npm
from ogrom_tools.projects import Package, Project, Workspace, semver
from ogrom_tools.release import clients
from ogrom_tools.release.plan import Plan, Planned
from ogrom_tools.release.ranges import excluding, moved, required, short
from ogrom_tools.wheelhouse import Wheel, Wheelhouse, build

CONFIGURATION = ".bumpversion.cfg"
"""bump2version's own file, in a project's folder."""


@dataclass(frozen=True)
class Made:
    """Releases that are made, and nobody's yet."""

    plan: Plan
    epoch: int
    files: Mapping[str, str]
    """The new text of each file that they change, the ledger not among them."""
    wheels: Mapping[Release, Path]
    """By the ledger's lines; an npm package has a tarball instead."""


def make(workspace: Workspace, source: Workspace, plan: Plan) -> Made:
    """Make what is planned of a branch that is checked out; the workspace has the environments, and keeps the wheels.

    Raises:
        Failed: a file does not let itself be changed, or a wheel is not the same twice.
    """
    repository, wheelhouse = Repository(source.root), Wheelhouse(workspace)
    epoch = int(dt.datetime.now(dt.UTC).timestamp())
    files: dict[str, str] = {}
    for each in plan.planned:
        changed = _changed_package if isinstance(each.project, Package) else _changed
        files |= changed(workspace.root, repository, plan, each, epoch)
        files |= _promised(repository, plan.base, each, clients.named(source, each.project), files)
    files |= _examples(repository, source, plan)
    whole, wheels = repository.tree_with(plan.base, files), {}
    for each in plan.planned:
        tree = repository.tree(whole, each.project.place)
        twice = tarball.built_twice if isinstance(each.project, Package) else built_twice
        with tempfile.TemporaryDirectory() as folder:
            wheel = twice(repository, tree, epoch, Path(folder))
            release = _line(repository, each, tree, epoch, wheel)
            wheels[release] = wheelhouse.keep(release, wheel)
    return Made(plan, epoch, files, wheels)


def commits(
    repository: Repository, made: Made, branch: str, more: Mapping[str, str] = MappingProxyType({})
) -> Mapping[str, str]:
    """The ids of new commits, by the branches that are to get them: one, where that is the ledger's branch.

    That one gets more files, by their paths, than what is made.
    """
    base = repository.commit(f"refs/heads/{branch}")
    ledger = Ledger.parse(repository.show(base, FILE)) if repository.has(f"{base}:{FILE}") else Ledger()
    for each in made.wheels:
        ledger = ledger.adding(each)
    changes = "\n\n".join(f"{each}\n\n{each.changes}" for each in made.plan.planned)
    told = {**more, FILE: ledger.text}

    def committed(files: Mapping[str, str], base: str) -> str:
        tree = repository.tree_with(base, files)
        return repository.commit_of(tree, base, f"Release {made.plan}\n\n{changes}", made.epoch)

    if made.plan.branch == branch:
        return {branch: committed({**made.files, **told}, base)}
    return {made.plan.branch: committed(made.files, made.plan.base), branch: committed(told, base)}


def built_twice(repository: Repository, tree: str, epoch: int, folder: Path) -> Wheel:
    """The wheel of a folder's content, after Poetry has built the same bytes.

    Raises:
        Failed: they differ, and how.
    """
    wheel = build(repository, tree, epoch, folder)
    with tempfile.TemporaryDirectory() as name:
        source, output = Path(name) / "source", Path(name) / "wheel"
        repository.export(tree, source)
        poetry("build", "--format=wheel", f"--output={output}", f"--directory={source}", epoch=epoch)
        (path,) = output.glob("*.whl")
        by_poetry = Wheel.read(path)
    if by_poetry.sha256 != wheel.sha256:
        same = by_poetry.record_sha256 == wheel.record_sha256
        what = "the same files, packed in another way" if same else "other files"
        raise Failed(
            f"Poetry's {path.name} and the one built from history have {what} in them: sha256 {by_poetry.sha256} "
            f"and {wheel.sha256}. Look at [build-system] in its pyproject.toml: it must pin poetry-core, and nothing "
            "may be generated while building."
        )
    return wheel


def bump(root: Path, project: Project, version: Version) -> None:
    """Write a new version into a project's files, by bump2version: docs/decisions/bump2version-alone.md.

    It should be a copy, as nothing is put back when this fails; root has the environments.

    Raises:
        Failed: bump2version could not, or would have changed something else, too.
    """
    before = project.pyproject.read_text(encoding="utf-8")
    # A version alone is found at each dependency that has it, too.
    name = f'name = "{project.distribution}"\nversion = '
    wanted = before.replace(f'{name}"{project.version}"', f'{name}"{version}"')
    # What turns warnings into errors kills it; and it takes any part of a version with --new-version.
    program = ("env", "-u", "PYTHONWARNINGS", bump2version(root))
    run(*program, "--allow-dirty", f"--new-version={version}", "patch", folder=project.folder)
    if project.pyproject.read_text(encoding="utf-8") != wanted:
        raise Failed(
            f"bump2version would change more than the version in {project.pyproject}, or another one. There and in "
            f"{CONFIGURATION} name and version must be two adjacent lines, as in the other libraries."
        )


def bump2version(root: Path) -> str:
    """The path of the program, in an environment of its own."""
    environment = Environment(root / ".nox" / "bump2version", Pinned(root, "bump2version"))
    environment.sync()
    return environment.command("bump2version")


def _changed(
    root: Path, repository: Repository, plan: Plan, planned: Planned, epoch: int
) -> Mapping[str, str]:
    """The files of one library, as they are when it is released."""
    path, day = planned.project.place, dt.datetime.fromtimestamp(epoch, dt.UTC).date()
    with tempfile.TemporaryDirectory() as name:
        copy = Project(Path(name) / planned.project.name)
        repository.export(repository.tree(plan.base, path), copy.folder)
        if copy.version != str(planned.version):  # a first release may be of the version that stands there
            bump(root, copy, planned.version)
        pyproject = copy.pyproject.read_text(encoding="utf-8")
        told = Changelog.read(copy.folder).telling(planned.changes).released(planned.version, day)
        return {
            f"{path}/pyproject.toml": moved(pyproject, plan.versions),
            f"{path}/{CONFIGURATION}": (copy.folder / CONFIGURATION).read_text(encoding="utf-8"),
            f"{path}/{changelog.FILE}": told.text,
        }


def _changed_package(
    root: Path, repository: Repository, plan: Plan, planned: Planned, epoch: int
) -> Mapping[str, str]:
    """The files of an npm package, as they are when it is released.

    npm writes the version; a script `version` of package.json may write it elsewhere, too.
    """
    path, day = planned.project.place, dt.datetime.fromtimestamp(epoch, dt.UTC).date()
    with tempfile.TemporaryDirectory() as name:
        copy, before = Package(Path(name) / "copy"), Path(name) / "before"
        for folder in (copy.folder, before):
            repository.export(repository.tree(plan.base, path), folder)
        if copy.version != str(planned.version):  # as for a library
            npm(copy.folder, "version", semver(planned.version), "--no-git-tag-version")
        told = Changelog.read(copy.folder).telling(planned.changes).released(planned.version, day)
        (copy.folder / changelog.FILE).write_text(told.text, encoding="utf-8")
        files = (each.relative_to(before) for each in before.rglob("*") if each.is_file())
        return {
            f"{path}/{file.as_posix()}": (copy.folder / file).read_text(encoding="utf-8")
            for file in files
            if (copy.folder / file).read_bytes() != (before / file).read_bytes()
        }


def _promised(
    repository: Repository, base: str, planned: Planned, named: str, files: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The files of a client that is made from the tree's contract, with the version that this gets."""
    if named != planned.made_from:
        found = repository("grep", "-lF", "-e", named, base, "--", planned.project.place)
        for path in (line.partition(":")[2] for line in found.splitlines()):
            text = files.get(path) or repository.show(base, path)
            yield path, text.replace(named, planned.made_from)


def _examples(repository: Repository, source: Workspace, plan: Plan) -> Iterator[tuple[str, str]]:
    """The pyproject.toml, by its path, of each project without releases whose ranges would leave out what is released.

    An example follows the libraries beside it.
    """
    for project in source:
        refused = {short(each) for each in excluding(required(project.metadata), plan.versions)}
        if refused and not project.is_released:
            path = project.pyproject.relative_to(source.root).as_posix()
            versions = {name: plan.versions[name] for name in refused}
            yield path, moved(repository.show(plan.base, path), versions)


def _line(repository: Repository, planned: Planned, tree: str, epoch: int, wheel: Artefact) -> Release:
    """What the ledger will say of a release."""
    is_package = isinstance(planned.project, Package)
    return Release(
        project=planned.project.name,
        version=str(planned.version),
        kind=NPM if is_package else WHEEL,
        artefact=wheel.path.name,
        tool=(tarball.compiler if is_package else _backend)(repository, tree),
        tree=tree,
        epoch=epoch,
        sha256=wheel.sha256,
        record_sha256=wheel.record_sha256,
        date=dt.datetime.fromtimestamp(epoch, dt.UTC).date().isoformat(),
        removes=planned.removes,
        breaks=planned.breaks,
    )


def _backend(repository: Repository, tree: str) -> str:
    """The build backend that the library in a tree pins: `poetry-core==2.5.0`.

    Raises:
        Failed: it pins none.
    """
    requires = tomllib.loads(repository.show(tree, "pyproject.toml"))["build-system"]["requires"]
    tools = [each for each in requires if each.startswith(f"{BACKEND}==")]
    if not tools:
        raise Failed(f'pyproject.toml must pin its backend: requires = ["{BACKEND}==..."].')
    return str(tools[0])
