"""A release that is prepared but not made: a commit that no branch holds, kept by a ref of its own.

The work tree and the branch are not touched, so a release that stops leaves nothing to put back; and the
commit gives the wheel all that decides its bytes: the folder's tree and the epoch.
"""

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from ogrom_tools import changelog
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.release import history
from ogrom_tools.release.bumping import CONFIGURATION, bump

FILES = ("pyproject.toml", CONFIGURATION, changelog.FILE)
"""What a release changes in the project's folder."""


@dataclass(frozen=True)
class Candidate:
    """A prepared release of a project."""

    repository: Repository
    place: str
    """The project's folder in the repository: `libs/core`."""
    commit: str
    """The full id of its commit; the commit's parent is what is released, its committer's time the epoch."""

    @property
    def parent(self) -> str:
        """The commit that it was prepared on."""
        return self.repository.commit(f"{self.commit}^")

    @property
    def tree(self) -> str:
        """The id of the folder's tree, which the wheel is built from."""
        return self.repository.tree(self.commit, self.place)

    @property
    def epoch(self) -> int:
        """The SOURCE_DATE_EPOCH of the wheel."""
        return self.repository.epoch(self.commit)

    @property
    def version(self) -> Version:
        """The version that it releases."""
        return Version(history.pyproject(self.repository, self.tree)["project"]["version"])

    @property
    def date(self) -> str:
        """The day that it was prepared on, in UTC, as its changelog says."""
        return _day(self.epoch).isoformat()

    @property
    def message(self) -> str:
        """The commit's message."""
        return self.repository("show", "--no-patch", "--format=%B", self.commit).strip()

    def releases(self, commit: str) -> bool:
        """Whether it releases what this commit holds in the project's folder, whatever else changed."""
        return self.repository.tree(commit, self.place) == self.repository.tree(self.parent, self.place)

    def moved(self, parent: str) -> "Candidate":
        """The same release on another commit, which holds the same in the project's folder: the same wheel."""
        if parent == self.parent:
            return self
        paths = [f"{self.place}/{name}" for name in FILES]
        files = {path: self.repository.show(self.commit, path) for path in paths}
        commit = commit_files(self.repository, parent, files, self.message, self.epoch)
        return Candidate(self.repository, self.place, commit)

    def keep(self) -> None:
        """Let the ref name it, so that the next run finds it and git does not throw it away."""
        self.repository("update-ref", ref(self.place), self.commit)


def ref(place: str) -> str:
    """The ref that keeps the candidate of the project in this folder."""
    return f"refs/ogrom/release/{Path(place).name}"


def find(repository: Repository, place: str) -> Candidate | None:
    """The candidate that an earlier run has kept."""
    commit = repository("for-each-ref", "--format=%(objectname)", ref(place))
    return Candidate(repository, place, commit) if commit else None


def forget(repository: Repository, place: str) -> None:
    """Drop the candidate, if there is one."""
    repository("update-ref", "-d", ref(place))


def prepare(workspace: Workspace, project: Project, version: Version) -> Candidate:
    """Make and keep the candidate of HEAD: the version and the changelog of the release.

    Raises:
        Failed: the files do not let themselves be bumped.
    """
    repository, place = Repository(workspace.root), place_of(workspace, project)
    head, epoch = repository.commit(), int(dt.datetime.now(dt.UTC).timestamp())
    with tempfile.TemporaryDirectory() as name:
        copy = Project(Path(name) / project.name)
        repository.export(repository.tree(head, place), copy.folder)
        if Version(copy.version) != version:  # a first release may be of the version that stands there
            bump(workspace.root, copy, version)
        turned = Changelog.read(copy.folder).released(version, _day(epoch)).text
        (copy.folder / changelog.FILE).write_text(turned, encoding="utf-8")
        files = {f"{place}/{file}": (copy.folder / file).read_text(encoding="utf-8") for file in FILES}
    message = f"Release {project.distribution} {version}"
    candidate = Candidate(repository, place, commit_files(repository, head, files, message, epoch))
    candidate.keep()
    return candidate


def place_of(workspace: Workspace, project: Project) -> str:
    """The project's folder, as git names it."""
    return project.folder.relative_to(workspace.root).as_posix()


def commit_files(
    repository: Repository, parent: str, files: Mapping[str, str], message: str, epoch: int | None = None
) -> str:
    """Make a commit by way of an index of its own, so that neither the work tree nor a branch is touched.

    Args:
        repository: where.
        parent: the commit before it.
        files: what changes: paths in the repository, and their new text.
        message: the commit's.
        epoch: its committer's time, in seconds since 1970; now where it is None.

    Returns:
        The commit's id.

    Raises:
        Failed: git could not.
    """
    with tempfile.TemporaryDirectory() as name:
        when = (
            () if epoch is None else (f"GIT_COMMITTER_DATE=@{epoch} +0000", f"GIT_AUTHOR_DATE=@{epoch} +0000")
        )
        git = ("env", f"GIT_INDEX_FILE={name}/index", *when, "git", "-C", str(repository.root))
        run(*git, "read-tree", parent)
        for path, text in files.items():
            content = Path(name) / "content"
            content.write_bytes(text.encode())
            blob = repository("hash-object", "-w", "--no-filters", str(content))
            run(*git, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = run(*git, "write-tree").strip()
        return run(*git, "commit-tree", tree, "-p", parent, "-m", message).strip()


def _day(epoch: int) -> dt.date:
    return dt.datetime.fromtimestamp(epoch, dt.UTC).date()
