"""What a release will do, decided before anything is done: a value that can be shown, asked about and tested."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import Version

from ogrom_tools import api, changelog
from ogrom_tools.api import Finding
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.release import dependents as depending
from ogrom_tools.release.dependents import Dependent
from ogrom_tools.release.landing import tag_of
from ogrom_tools.versions import Level, bumped, demanded
from ogrom_tools.wheelhouse import Wheelhouse

LEVELS = {str(level): level for level in (Level.PATCH, Level.MINOR, Level.MAJOR)}
NUMBER = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Plan:
    """A release that may be made."""

    project: Project
    version: Version
    last: Release | None
    """The release that it follows; None where none is good."""
    findings: tuple[Finding, ...]
    """What changed since."""
    changes: str
    """What the changelog says of it."""
    dependents: tuple[Dependent, ...]
    """Whose tests will be run against it, and whose cannot."""
    left_out: tuple[str, ...]
    """What in the tree does not go with it, and what to do about that."""
    branch: str
    """The branch that it will be put on."""

    @property
    def name(self) -> str:
        """Such as `core 1.2.3`."""
        return f"{self.project.name} {self.version}"

    @property
    def tag(self) -> str:
        """The name of its tag."""
        return tag_of(self.project.name, str(self.version))

    @property
    def tested(self) -> tuple[Dependent, ...]:
        """The dependents whose tests will be run."""
        return tuple(each for each in self.dependents if not each.excluded)


def plan(workspace: Workspace, project: Project, wanted: str = "") -> Plan:
    """Decide about a release of HEAD, and change nothing.

    Args:
        workspace: the checkout.
        project: what to release.
        wanted: `patch`, `minor`, `major`, a version, or "" for the lowest that is legal.

    Raises:
        Failed: it must not be released, or not so; the text says what to do.
    """
    repository, ledger = Repository(workspace.root), Ledger.read(workspace.root)
    branch = check(repository, project)
    _refuse_dirty(repository)
    findings = api.compare_with_last(workspace, project, Wheelhouse(workspace), ledger)
    version = choose(project, ledger, wanted, findings)
    _refuse_known(repository, project, version)
    _refuse_lacking(ledger, project)
    return Plan(
        project,
        version,
        last=ledger.last(project.name),
        findings=findings,
        changes=_changes(project),
        dependents=depending.dependents(repository, ledger, project, version),
        left_out=tuple(depending.left_out(workspace, project, version)),
        branch=branch,
    )


def check(repository: Repository, project: Project) -> str:
    """The branch that a release would be put on.

    Raises:
        Failed: the project is none that is released, or the clone knows no name to release under, or no branch.
    """
    if not project.is_library:
        raise Failed(f"{project.name} has no releases: only what lies in libs/ has.")
    try:
        repository("-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT")
        repository("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
    except Failed as problem:
        raise Failed(
            "git does not know who you are, and a release is signed with a name. Run:\n"
            '  git config user.name "Your Name"\n  git config user.email you@example.com'
        ) from problem
    branch = repository("branch", "--show-current")
    if not branch:
        raise Failed("HEAD is on no branch, so a release would be lost. Run `git switch BRANCH` first.")
    return branch


def choose(project: Project, ledger: Ledger, wanted: str, findings: Iterable[Finding]) -> Version:
    """The version to release: what is wanted, if it is legal; the lowest legal one, if nothing is.

    It is legal if it follows the version in the tree, and raises the last good release by what the findings
    ask for. A first release that asks for no level has the version in the tree.

    Raises:
        Failed: it is not legal, or there is nothing to release.
    """
    current, releases, found = Version(project.version), ledger.of(project.name), tuple(findings)
    if not releases:
        return _version(project, current, wanted) if wanted else current
    if current != releases[-1].number:
        raise Failed(
            f"{project.pyproject} says {current}, but the last release is {releases[-1]}. "
            "Put that version back: only ./dev release changes it."
        )
    last = ledger.last(project.name)  # what was yanked promises nothing
    level = demanded(api.level(found), last.number) if last else Level.PATCH
    if not wanted and level is Level.NONE:
        raise Failed(
            f"Nothing that {project.name}'s wheel holds has changed since {last}: nothing to release."
        )
    lowest = bumped(last.number, level) if last else current
    if wanted:
        version = _version(project, current, wanted)
        if version == current:
            raise Failed(f"{releases[-1]} was released on {releases[-1].date}; its content never changes.")
        if version < lowest:
            raise Failed(_too_low(project, version, lowest, level, found))
        return version
    return next(each for each in (bumped(current, level) for level in LEVELS.values()) if each >= lowest)


def _version(project: Project, current: Version, wanted: str) -> Version:
    """The version that somebody asks for, by its level or itself."""
    if wanted in LEVELS:
        return bumped(current, LEVELS[wanted])
    if not NUMBER.fullmatch(wanted):
        raise Failed(f"{wanted!r} is neither patch, minor or major nor a version such as 1.2.3.")
    if (version := Version(wanted)) < current:
        raise Failed(f"{project.name} is at {current}; {version} does not follow.")
    return version


def _too_low(
    project: Project, version: Version, lowest: Version, level: Level, findings: tuple[Finding, ...]
) -> str:
    current = Version(project.version)
    names = [name for name, each in LEVELS.items() if bumped(current, each) >= lowest]
    heavy = [each for each in findings if demanded(each.level, current) is level]
    return "\n".join(
        [
            f"{project.name} {version} would promise too little: these changes need a {level} release.",
            *(f"  {each.place}: {each.text} ({each.rule})" for each in heavy),
            f"Run: ./dev release {project.name} {names[0]}",
        ]
    )


def _refuse_known(repository: Repository, project: Project, version: Version) -> None:
    tag = tag_of(project.name, str(version))
    if repository("tag", "--list", tag):
        raise Failed(
            f"The tag {tag} exists, but the ledger has no such release. If it is a mistake: git tag -d {tag}; "
            "if somebody released it elsewhere: git pull."
        )


def _refuse_dirty(repository: Repository) -> None:
    if repository.is_dirty:
        listed = repository("status", "--short")
        raise Failed(
            f"These are not committed, so a release would lack them; commit or stash them:\n{listed}"
        )


def _refuse_lacking(ledger: Ledger, project: Project) -> None:
    if lacking := list(depending.missing(ledger, project)):
        advice = "Release those first, or change the range: nobody could install it."
        raise Failed("\n".join([*lacking, advice]))


def _changes(project: Project) -> str:
    changes = Changelog.read(project.folder).unreleased
    if not changes:
        file = project.folder / changelog.FILE
        raise Failed(f"{file} says nothing under [Unreleased]. Write what changed, for those who use it.")
    return changes
