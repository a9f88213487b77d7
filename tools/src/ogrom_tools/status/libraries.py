"""How each library stands."""

from dataclasses import dataclass

from packaging.version import Version

from ogrom_rules.levels import demanded, following
from ogrom_tools import changelog
from ogrom_tools.api.last import work_tree
from ogrom_tools.changelog import Changelog
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.users import User, users

from .history import Since, since
from .needs import Needed, needed


@dataclass(frozen=True)
class Status:
    """How one library stands."""

    project: str
    """Its short name."""
    version: str
    """In the work tree."""
    release: str | None
    """The last good release; None where there is none."""
    since: Since | None
    """What was done since; None before the first release, and where history does not reach back to it."""
    needed: Needed
    """What the API's comparison asks of the next release."""
    following: str | None
    """The lowest version that the next release may have; None where none is needed, or nobody knows."""
    users: tuple[User, ...]
    """Who requires or pins it."""
    yanked: tuple[str, ...]
    """The versions that are taken back."""
    tells: bool = False
    """Whether its changelog says what a release would change."""


def overview(workspace: Workspace) -> tuple[Status, ...]:
    """How the libraries of a checkout stand, those first that others depend on.

    Raises:
        Failed: the ledger is damaged.
    """
    repository, ledger = Repository(workspace.root), Ledger.read(workspace.root)
    trees = {
        each: work_tree(repository, each.folder) for each in workspace.libraries if ledger.last(each.name)
    }
    answers = needed(workspace, ledger, trees)
    return tuple(
        _status(workspace, ledger, each, trees.get(each, ""), answers.get(each, Needed(None)))
        for each in workspace.libraries
    )


def _status(workspace: Workspace, ledger: Ledger, project: Project, tree: str, answer: Needed) -> Status:
    last = ledger.last(project.name)
    place = project.folder.relative_to(workspace.root).as_posix()
    level = demanded(answer.level, last.number) if last and answer.level else None
    next_ = following(Version(project.version), last.number, level) if last and level else None
    return Status(
        project=project.name,
        version=project.version,
        release=last.version if last else None,
        since=since(Repository(workspace.root), place, last, tree) if last else None,
        needed=answer,
        following=str(next_) if next_ else None if last else project.version,
        users=users(workspace, ledger, project),
        yanked=tuple(each.version for each in ledger.of(project.name) if each.is_yanked),
        tells=(project.folder / changelog.FILE).exists() and bool(Changelog.read(project.folder).unreleased),
    )
