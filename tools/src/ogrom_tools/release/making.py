"""Makes releases out of sight: their files, their wheels, the ledger's lines and one commit, all in git's own store.

Neither the branch nor the work tree is touched, so whatever stops here leaves nothing to put back.
"""

import datetime as dt
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ogrom_tools import changelog
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed, poetry
from ogrom_tools.git import Repository
from ogrom_tools.ledger import BACKEND, FILE, Ledger, Release
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.release.bumping import CONFIGURATION, bump
from ogrom_tools.release.plan import Plan, Planned, place_of
from ogrom_tools.release.ranges import moved
from ogrom_tools.wheelhouse import Wheel, build

CHANGED = ("pyproject.toml", CONFIGURATION, changelog.FILE)
"""What a release changes in a library's folder."""


@dataclass(frozen=True)
class Made:
    """Releases that are made, and nobody's yet."""

    plan: Plan
    epoch: int
    files: Mapping[str, str]
    """The new text of each file that they change, the ledger not among them."""
    wheels: Mapping[Release, Path]

    @property
    def releases(self) -> tuple[Release, ...]:
        """The ledger's lines."""
        return tuple(self.wheels)


@contextmanager
def made(root: Path, source: Workspace, plan: Plan) -> Iterator[Made]:
    """Make what is planned; its wheels are there until the block is left.

    Args:
        root: the checkout whose environments are used.
        source: the branch that it is made of, checked out.
        plan: what to make.

    Raises:
        Failed: a file does not let itself be changed, or a wheel is not the same twice.
    """
    repository, epoch = Repository(source.root), int(dt.datetime.now(dt.UTC).timestamp())
    files: dict[str, str] = {}
    for each in plan.planned:
        files |= _changed(root, source, plan, each, epoch)
    whole = repository.tree_with(plan.base, files)
    with tempfile.TemporaryDirectory() as name:
        wheels = {}
        for each in plan.planned:
            tree = repository.tree(whole, place_of(source, each.project))
            wheel = built_twice(repository, tree, epoch, Path(name) / each.project.name)
            wheels[_line(repository, each, tree, epoch, wheel)] = wheel.path
        yield Made(plan, epoch, files, wheels)


def commits(
    repository: Repository, made: Made, branch: str, more: Mapping[str, str] = MappingProxyType({})
) -> Mapping[str, str]:
    """The ids of new commits by the branches that are to get them: one, where the ledger is on the plan's own.

    Args:
        repository: where.
        made: what they hold.
        branch: the one with the ledger.
        more: other files of that one, and their new text.
    """
    base = repository.commit(f"refs/heads/{branch}")
    ledger = Ledger.parse(repository.show(base, FILE)) if repository.has(f"{base}:{FILE}") else Ledger()
    for each in made.releases:
        ledger = ledger.adding(each)
    changes = "\n\n".join(f"{each}\n\n{each.changes}" for each in made.plan.planned)
    message = f"Release {made.plan}\n\n{changes}"
    told = {**more, FILE: ledger.text}

    def committed(files: Mapping[str, str], base: str) -> str:
        return repository.commit_of(repository.tree_with(base, files), base, message, made.epoch)

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


def _changed(root: Path, source: Workspace, plan: Plan, planned: Planned, epoch: int) -> Mapping[str, str]:
    """The files of one library, as they are when it is released."""
    repository, place = Repository(source.root), place_of(source, planned.project)
    with tempfile.TemporaryDirectory() as name:
        copy = Project(Path(name) / planned.project.name)
        repository.export(repository.tree(plan.base, place), copy.folder)
        if copy.version != str(planned.version):  # a first release may be of the version that stands there
            bump(root, copy, planned.version)
        pyproject = moved(copy.pyproject.read_text(encoding="utf-8"), plan.versions)
        copy.pyproject.write_text(pyproject, encoding="utf-8")
        day = dt.datetime.fromtimestamp(epoch, dt.UTC).date()
        turned = Changelog.read(copy.folder).telling(planned.changes).released(planned.version, day).text
        (copy.folder / changelog.FILE).write_text(turned, encoding="utf-8")
        return {f"{place}/{file}": (copy.folder / file).read_text(encoding="utf-8") for file in CHANGED}


def _line(repository: Repository, planned: Planned, tree: str, epoch: int, wheel: Wheel) -> Release:
    """What the ledger will say of a release."""
    return Release(
        project=planned.project.name,
        version=str(planned.version),
        artefact=wheel.path.name,
        tool=_backend(repository, planned, tree),
        tree=tree,
        epoch=epoch,
        sha256=wheel.sha256,
        record_sha256=wheel.record_sha256,
        date=dt.datetime.fromtimestamp(epoch, dt.UTC).date().isoformat(),
        removes=planned.removes,
    )


def _backend(repository: Repository, planned: Planned, tree: str) -> str:
    """The pinned build backend."""
    text = repository.show(tree, "pyproject.toml")
    for requirement in tomllib.loads(text)["build-system"]["requires"]:
        if str(requirement).startswith(f"{BACKEND}=="):
            return str(requirement)
    raise Failed(f'{planned.project.pyproject} must pin its backend: requires = ["{BACKEND}==..."].')
