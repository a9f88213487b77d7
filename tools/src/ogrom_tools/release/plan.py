"""What a release will do, decided before anything is done: a value that can be shown, asked about and tested."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from packaging.version import Version

import ogrom_rules
from ogrom_rules import Finding, Level
from ogrom_rules.levels import bumped, demanded, following
from ogrom_tools import api, changelog
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.release.ranges import Versions, excludes, line, missing, moved, released, short, span
from ogrom_tools.wheelhouse import Wheelhouse

LEVELS = {str(level): level for level in (Level.PATCH, Level.MINOR, Level.MAJOR)}
NUMBER = re.compile(r"\d+\.\d+\.\d+(?:rc\d+)?")


@dataclass(frozen=True)
class Planned:
    """The release of one library."""

    project: Project
    version: Version
    last: Release | None
    """The release that it follows; None where none is good."""
    findings: tuple[Finding, ...]
    """What changed since."""
    changes: str
    """What the changelog says of it."""
    requires: tuple[str, ...]
    """The ranges that it takes, such as `protocols >=1.4.0,<2`, since those are released with it."""
    joins: str = ""
    """Why it is released though nobody has asked for it."""
    removes: str = ""
    """Why names go that no earlier release has deprecated; "" where none does."""

    @property
    def tag(self) -> str:
        """The name of its tag."""
        return f"{self.project.name}-v{self.version}"

    def __str__(self) -> str:
        return f"{self.project.name} {self.version}"


@dataclass(frozen=True)
class Plan:
    """Releases that are made together."""

    base: str
    """The commit that they are made of."""
    branch: str
    """The branch that gets them."""
    planned: tuple[Planned, ...]
    """Those that others require come first."""
    dependents: Mapping[Release, str]
    """The last releases of the libraries that require some of them.

    With "", or why nobody can have both and so its tests are not run: `core 1.0.0 requires ogrom-http<2`.
    """
    left_out: tuple[str, ...]
    """What in the tree does not go with them, and what to do about that."""

    @cached_property
    def versions(self) -> Versions:
        """The versions, by the projects' names."""
        return {each.project.name: each.version for each in self.planned}

    @property
    def breaks(self) -> bool:
        """Whether one of them is a major, or what counts as one before 1.0."""
        return any(each.last and line(each.last.number) != line(each.version) for each in self.planned)

    def __str__(self) -> str:
        return ", ".join(map(str, self.planned))


def plan(
    workspace: Workspace, wanted: Mapping[str, str], ledger: Ledger, *, pre: bool = False, reason: str = ""
) -> Plan:
    """Decide about releases of what is checked out, and change nothing.

    Args:
        workspace: the checkout, of the branch that they are made of.
        wanted: by the names of libraries `patch`, `minor`, `major`, a version, or "" for the lowest that is legal.
        ledger: all releases.
        pre: whether they are pre-releases, such as 2.0.0rc1.
        reason: why names go that no earlier release has deprecated.

    Raises:
        Failed: they must not be released, or not so; the text says what to do.
    """
    repository = Repository(workspace.root)
    branch = check(repository)
    planned: list[Planned] = []
    for project in workspace.libraries:
        versions = {each.project.name: each.version for each in planned}
        asked = wanted.get(project.name)
        joins = "" if asked is not None else _joins(ledger, project, versions)
        if asked is not None or joins:
            planned.append(
                _planned(
                    workspace, ledger, project, versions, asked or "", joins=joins, pre=pre, reason=reason
                )
            )
    if reason and not any(each.removes for each in planned):
        raise Failed("No name goes that was not deprecated, so there is nothing to give a --reason for.")
    versions = {each.project.name: each.version for each in planned}
    for each in planned:
        _refuse_known(repository, each)
    return Plan(
        repository.commit(),
        branch,
        tuple(planned),
        dependents=dict(_dependents(repository, ledger, versions)),
        left_out=tuple(_left_out(workspace, versions)),
    )


def changed(workspace: Workspace, ledger: Ledger) -> Mapping[str, str]:
    """The libraries whose wheel would be another one than that of their last release, as `plan` wants them."""
    repository = Repository(workspace.root)

    def is_released(project: Project) -> bool:
        """Whether it is as its last release has left it, were that a pre-release."""
        known = [each.tree for each in ledger.of(project.name)[-1:]]
        return known == [repository.tree("HEAD", place_of(workspace, project))]

    return {
        each.name: ""
        for each in workspace.libraries
        if not is_released(each) and _findings(workspace, ledger, each, {}) is not None
    }


def check(repository: Repository) -> str:
    """The branch that releases would be put on.

    Raises:
        Failed: git knows no name to release under, or HEAD is on no branch, or something is not committed.
    """
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
    if repository.is_dirty:
        listed = repository("status", "--short")
        raise Failed(
            f"These are not committed, so a release would lack them; commit or stash them:\n{listed}"
        )
    return branch


def _planned(
    workspace: Workspace,
    ledger: Ledger,
    project: Project,
    versions: Versions,
    wanted: str,
    *,
    joins: str,
    pre: bool,
    reason: str,
) -> Planned:
    if lacking := list(missing(ledger, project, versions)):
        raise Failed(
            "\n".join([*lacking, "Release those with it, or change the range: nobody could install it."])
        )
    found = _findings(workspace, ledger, project, versions) or ()
    requires = tuple(
        f"{name} {span(version)}" for name, version in versions.items() if _requires(project, name)
    )
    version = choose(project, ledger, wanted, found, pre=pre)
    removed = [each.symbol for each in found if each.removes]
    if removed and not reason:
        raise Failed(_undeprecated(project, version, removed))
    return Planned(
        project,
        version,
        last=ledger.last(project.name, Version(project.version)),
        findings=found,
        changes=_changes(project, requires if joins else (), reason if removed else ""),
        requires=requires,
        joins=joins,
        removes=reason if removed else "",
    )


def _findings(
    workspace: Workspace, ledger: Ledger, project: Project, versions: Versions
) -> tuple[Finding, ...] | None:
    """What changed since the release that the tree's version follows; None where that is nothing at all."""
    last = ledger.last(project.name, Version(project.version))
    if last is None:
        return ()
    repository, place = Repository(workspace.root), place_of(workspace, project)
    text = project.pyproject.read_text(encoding="utf-8")
    tree = repository.tree("HEAD", place)
    if (new := moved(text, versions)) != text:
        tree = repository.tree_with(tree, {"pyproject.toml": new})
    return api.compare_tree(workspace, project, Wheelhouse(workspace), last, tree) or None


def choose(
    project: Project, ledger: Ledger, wanted: str, findings: Iterable[Finding], *, pre: bool = False
) -> Version:
    """The version to release: what is wanted, if it is legal; the lowest legal one, if nothing is.

    It is legal if it follows the version in the tree, and raises the last good release before that by what the
    findings ask for. A first release that asks for no level has the version in the tree.

    Raises:
        Failed: it is not legal, or there is nothing to release.
    """
    current, found = Version(project.version), tuple(findings)
    known = {each.number for each in ledger.of(project.name)}
    if not known:
        first = _version(project, current, wanted) if wanted else current
        return _candidate(first, known) if pre else first
    if current not in known:
        raise Failed(
            f"{project.pyproject} says {current}, which was never released. Put {ledger.of(project.name)[-1].version} "
            "there again: only ./dev release changes it."
        )
    last = ledger.last(project.name, current)  # what was yanked promises nothing
    level = demanded(ogrom_rules.level(found), last.number) if last else Level.PATCH
    if not wanted and level is Level.NONE:
        raise Failed(
            f"Nothing that {project.name}'s wheel holds has changed since {last}: nothing to release."
        )
    lowest = bumped(last.number, level) if last else current
    # What a pre-release has raised already is not raised once more.
    start = last.number if current.is_prerelease and last else current
    if wanted:
        version = bumped(start, LEVELS[wanted]) if wanted in LEVELS else _version(project, current, wanted)
        if version < current:
            raise Failed(f"{project.name} is at {current}; {version} does not follow.")
        if Version(version.base_version) < lowest and version not in known:
            raise Failed(_too_low(project, version, lowest, level, found))
    elif last:
        version = following(current, last.number, level)
    else:
        version = bumped(current, level)
    if pre and not version.is_prerelease:
        version = _candidate(version, known)
    if version in known:
        raise Failed(
            f"{project.name} {version} is released, and its content never changes. On an older line, name another "
            f"version: ./dev release {project.name}=VERSION"
        )
    return version


def _candidate(version: Version, known: Collection[Version]) -> Version:
    """The next pre-release of a version."""
    numbers = (Version(f"{version}rc{number}") for number in range(1, len(known) + 2))
    return next(each for each in numbers if each not in known)


def _version(project: Project, current: Version, wanted: str) -> Version:
    """The version that somebody asks for, by its level or itself."""
    if wanted in LEVELS:
        return bumped(current, LEVELS[wanted])
    if not NUMBER.fullmatch(wanted):
        raise Failed(f"{wanted!r} is neither patch, minor or major nor a version such as 1.2.3.")
    return Version(wanted)


def _too_low(
    project: Project, version: Version, lowest: Version, level: Level, findings: tuple[Finding, ...]
) -> str:
    current = Version(project.version)
    names = [name for name, each in LEVELS.items() if bumped(current, each) >= lowest]
    heavy = [each for each in findings if demanded(each.level, current) is level]
    return "\n".join(
        [
            f"{project.name} {version} would promise too little: these changes need a {level} release.",
            *(f"  {each.symbol}: {each.text} ({each.rule})" for each in heavy),
            f"Run: ./dev release {project.name}={names[0]}",
        ]
    )


def _refuse_known(repository: Repository, planned: Planned) -> None:
    if repository("tag", "--list", planned.tag):
        raise Failed(
            f"The tag {planned.tag} exists, but the ledger has no such release. If it waits in a pull request, merge "
            "that; if somebody released it elsewhere, git pull; if it is a mistake, git tag -d it."
        )


def _undeprecated(project: Project, version: Version, removed: list[str]) -> str:
    return "\n".join(
        [
            f"{project.name} {version} lacks names that no release has deprecated:",
            *(f"  {each}" for each in removed),
            "Whoever uses them should hear of it one release before: put them back with @deprecated (PEP 702), and",
            f'remove them later. Or say why not: ./dev release {project.name}={version} --reason "..."',
        ]
    )


def _changes(project: Project, requires: Collection[str], reason: str) -> str:
    """What the changelog will say; where it is silent, what only joins tells of its ranges."""
    changes = Changelog.read(project.folder).unreleased
    if not changes and not requires:
        file = project.folder / changelog.FILE
        raise Failed(f"{file} says nothing under [Unreleased]. Write what changed, for those who use it.")
    changes = changes or "### Changed\n\n" + "\n".join(f"- It needs {each}." for each in requires)
    return (
        changelog.adding(changes, "Removed", f"Without having been deprecated: {reason}")
        if reason
        else changes
    )


def _joins(ledger: Ledger, project: Project, versions: Versions) -> str:
    """Why a library has to be released with these, "" if it has not: else nobody could have both."""
    lacking = next(excludes(project, versions), None) if ledger.last(project.name) else None
    return f"it requires {lacking}" if lacking else ""


def _requires(project: Project, name: str) -> bool:
    return any(short(each) == name for each in (*project.dependencies, *project.optional_dependencies))


def _dependents(repository: Repository, ledger: Ledger, versions: Versions) -> Iterator[tuple[Release, str]]:
    """The last release of each library that requires some of these, and whether it goes with them."""

    def excluded(release: Release) -> str:
        """Why it cannot be installed beside them: by itself, or by what it requires."""
        for requirement in released(repository, release):
            name = short(requirement)
            last = ledger.last(name)
            if name in versions and not requirement.specifier.contains(versions[name], prereleases=True):
                return f"{release} requires {requirement}"
            if name not in versions and last and (reason := excluded(last)):
                return reason
        return ""

    for project in dict.fromkeys(each.project for each in ledger):
        last = ledger.last(project)
        if last and any(short(each) in versions for each in released(repository, last)):
            yield last, excluded(last)


def _left_out(workspace: Workspace, versions: Versions) -> Iterator[str]:
    """What in the tree goes neither with these versions nor along, and what to do about it: a line each."""
    for project in workspace:
        for requirement in excludes(project, versions) if project.name not in versions else ():
            name = short(requirement)
            advice = f"`{span(versions[name])}`" if project.is_library else "--pin moves it"
            yield f"{project.name} requires {requirement}: {advice}"


def place_of(workspace: Workspace, project: Project) -> str:
    """The project's folder, as git names it."""
    return project.folder.relative_to(workspace.root).as_posix()
