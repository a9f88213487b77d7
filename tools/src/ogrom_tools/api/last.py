"""The work tree of a project compared with a release of it."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ogrom_rules import AllowList, AllowListError, Finding
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.wheelhouse import Wheelhouse, build

from .comparison import compare

ALLOWED = "api-allowed.toml"
"""The place in a project's folder of the findings that its people know better about."""


def compare_with_last(
    workspace: Workspace, project: Project, wheelhouse: Wheelhouse, ledger: Ledger
) -> tuple[Finding, ...]:
    """What changed since the last release that is not yanked; nothing where there is none.

    Raises:
        Failed: as for `compare_with`.
    """
    release = ledger.last(project.name)
    return compare_with(workspace, project, wheelhouse, release) if release else ()


def compare_with(
    workspace: Workspace, project: Project, wheelhouse: Wheelhouse, release: Release
) -> tuple[Finding, ...]:
    """What changed since a release, in the files as they lie in the work tree.

    Args:
        workspace: the checkout.
        project: one of its libraries.
        wheelhouse: where the release's wheel comes from.
        release: what to compare with.

    Returns:
        The findings, those first that ask the most of the next version, with those lowered that the project allows.

    Raises:
        Failed: a wheel cannot be built, its code cannot be read, or the list of what is allowed is out of date.
    """
    tree = work_tree(Repository(workspace.root), project.folder)
    return compare_tree(workspace, project, wheelhouse, release, tree)


def compare_tree(
    workspace: Workspace, project: Project, wheelhouse: Wheelhouse, release: Release, tree: str
) -> tuple[Finding, ...]:
    """The same of a folder's content that git keeps.

    Args:
        workspace: the checkout.
        project: one of its libraries.
        wheelhouse: where the release's wheel comes from.
        release: what to compare with.
        tree: the id of the content.

    Raises:
        Failed: as for `compare_with`.
    """
    repository, findings = Repository(workspace.root), tuple[Finding, ...]()
    try:
        allowed = AllowList.read(project.folder / ALLOWED)
        if tree != release.tree:
            with TemporaryDirectory() as name:
                wheel = build(repository, tree, repository.epoch("HEAD"), Path(name))
                findings = compare(wheelhouse.wheel(release), wheel.path, cache(workspace))
        return allowed.apply(findings, datetime.now(tz=UTC).date())
    except AllowListError as problem:
        raise Failed(str(problem)) from problem


def work_tree(repository: Repository, folder: Path) -> str:
    """The id of a folder's content as it lies there: what git tracks or would add, committed or not."""
    path = folder.relative_to(repository.root).as_posix()
    with TemporaryDirectory() as name:
        git = ("env", f"GIT_INDEX_FILE={name}/index", "git", "-C", str(repository.root))
        run(*git, "add", "--all", "--", path)
        return run(*git, "write-tree", f"--prefix={path}/").strip()


def cache(workspace: Workspace) -> Path:
    """Where mypy keeps what it has read, for all projects of a checkout."""
    return workspace.root / ".ogrom" / "api-diff"
