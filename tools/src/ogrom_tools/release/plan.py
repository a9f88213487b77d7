"""What a release will do, decided before anything is done: a value that can be shown, asked about and tested."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from packaging.version import Version

import ogrom_rules
from ogrom_rules import Finding, Level
from ogrom_rules.contract import ContractFinding
from ogrom_rules.levels import bumped, demanded, following
from ogrom_rules.schema import SchemaFinding
from ogrom_tools import api, changelog
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed
from ogrom_tools.contracts.document import Json
from ogrom_tools.contracts.history import notice_of, remedy
from ogrom_tools.contracts.judge import Judgement, judging
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.release.clients import made_from
from ogrom_tools.release.ranges import (
    Versions,
    excluding,
    line,
    moved,
    refuse_missing,
    released,
    required,
    short,
    span,
)
from ogrom_tools.schema import gates
from ogrom_tools.schema.field import Field
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
    contract: tuple[ContractFinding, ...] = ()
    """What clients of the API notice, after the releases planned before."""
    breaks: str = ""
    """Why clients are broken who were not told for long enough; "" where none is."""
    unjudged: str = ""
    """Why the service does not run with it, so that the next one is judged together with it; "" where it does."""
    schema: tuple[SchemaFinding, ...] = ()
    """What its changes of the tables cost."""
    made_from: str = ""
    """The version of the contract that a client names, perhaps of one that comes with the pins; "" for others."""

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
    """The last releases of those that require some of them; with why its tests are not run, if nobody can have both."""
    reason: str = ""
    """Why names go, or clients break, that were not told."""

    @property
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

    Of a library `patch`, `minor`, `major` or a version is wanted, or by "" the lowest that is legal. With a reason
    names may go that no earlier release has deprecated, and clients may be broken who were not told.

    Raises:
        Failed: they must not be released, or not so; the text says what to do.
    """
    repository, versions, planned = Repository(workspace.root), dict[str, Version](), list[Planned]()
    offered: Json | None = None
    branch = check(repository)
    with judging(workspace, ledger) as judge:
        for project in workspace.train:
            asked = wanted.get(project.name)
            joins = _joins(ledger, project, versions) if asked is None else ""
            if asked is None and not joins:
                continue
            refuse_missing(ledger, project, versions)
            rebuilds = _schema(workspace, ledger, project)
            judgement = judge(project.name) if project.is_library else Judgement
            found = _findings(workspace, ledger, project, versions) or ()
            told = judgement()
            offered = told.contract if project.is_library else offered
            version = choose(project, ledger, asked or "", (*found, *told.findings), pre=pre)
            removed = [each.symbol for each in found if each.removes]
            if removed and not reason:
                raise Failed(_undeprecated(project, version, removed))
            if told.breaks and not reason:
                raise Failed(_unannounced(workspace, project, version, told.breaks))
            new = Planned(
                project,
                version,
                last=ledger.last(project.name, Version(project.version)),
                findings=found,
                changes="",
                requires=_requires(project, versions),
                joins=joins,
                removes=reason if removed else "",
                contract=told.findings,
                breaks=reason if told.breaks else "",
                unjudged=told.problem,
                schema=rebuilds,
            )
            planned.append(replace(new, changes=_changes(new)))
            versions[project.name] = version
            _refuse_tagged(repository, new)
    planned = [
        replace(each, made_from=made_from(workspace, each.project, offered, reason)) for each in planned
    ]
    if reason and not any(each.removes or each.breaks for each in planned):
        raise Failed(
            "No name goes that was not deprecated, and no client breaks who was not told, so there is nothing to give "
            "a --reason for."
        )
    return Plan(
        repository.commit(), branch, tuple(planned), dict(_dependents(repository, ledger, versions)), reason
    )


def changed(workspace: Workspace, ledger: Ledger) -> Mapping[str, str]:
    """What would be built with other bytes than those of its last release, as `plan` wants it."""
    git = Repository(workspace.root)
    return {
        each.name: ""
        for each in workspace.train
        if git.tree("HEAD", each.place) not in {it.tree for it in ledger.of(each.name)[-1:]}
        and _findings(workspace, ledger, each, {}, names=False) is not None
    }


def check(repository: Repository) -> str:
    """The branch that releases would be put on.

    Raises:
        Failed: git knows no name to release under, HEAD is on no branch, or something is not committed.
    """
    for role in ("COMMITTER", "AUTHOR"):
        repository("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT")  # git says what to do
    branch = repository("branch", "--show-current")
    if not branch:
        raise Failed("HEAD is on no branch, so a release would be lost. Run `git switch BRANCH` first.")
    if listed := repository("status", "--short"):
        raise Failed(
            f"These are not committed, so a release would lack them; commit or stash them:\n{listed}"
        )
    return branch


def choose(
    project: Project, ledger: Ledger, wanted: str, findings: Iterable[Finding], *, pre: bool = False
) -> Version:
    """The version to release: what is wanted, if it is legal; the lowest legal one, if nothing is.

    It is legal if it follows the version in the tree, and raises the last good release before that by what the
    findings ask for. A first release that asks for no level has the version in the tree.

    Raises:
        Failed: it is not legal, or there is nothing to release.
    """
    name, current, found = project.name, Version(project.version), tuple(findings)
    known = {each.number for each in ledger.of(name)}
    if known and current not in known:
        raise Failed(
            f"{project.manifest} says {current}, which was never released. Put {ledger.of(name)[-1].version} there "
            "again: only ./dev release changes it."
        )
    last = ledger.last(name, current)  # what was yanked promises nothing
    level = demanded(ogrom_rules.level(found), last.number) if last else Level.PATCH
    lowest = bumped(last.number, level) if last else current
    if wanted:
        # What a pre-release has raised already is not raised once more.
        version = _version(wanted, last.number if current.is_prerelease and last else current)
    elif level is Level.NONE:
        raise Failed(f"Nothing that {name}'s artefact holds has changed since {last}: nothing to release.")
    elif last:
        version = following(current, last.number, level)
    else:
        version = bumped(current, level) if known else current
    if version < current:
        raise Failed(f"{name} is at {current}; {version} does not follow.")
    if Version(version.base_version) < lowest and version not in known:
        raise Failed(_too_low(project, version, lowest, level, found))
    if pre and not version.is_prerelease:
        numbers = (Version(f"{version}rc{number}") for number in range(1, len(known) + 2))
        version = next(each for each in numbers if each not in known)
    if version in known:
        raise Failed(
            f"{name} {version} is released, and its content never changes. On an older line, name another version: "
            f"./dev release {name}=VERSION"
        )
    return version


def _version(wanted: str, start: Version) -> Version:
    """The version that somebody asks for, by its level or itself."""
    if wanted in LEVELS:
        return bumped(start, LEVELS[wanted])
    if not NUMBER.fullmatch(wanted):
        raise Failed(f"{wanted!r} is neither patch, minor or major nor a version such as 1.2.3.")
    return Version(wanted)


def _findings(
    workspace: Workspace, ledger: Ledger, project: Project, versions: Versions, *, names: bool = True
) -> tuple[Finding, ...] | None:
    """What changed since the release that the tree's version follows; None where that is nothing at all."""
    last = ledger.last(project.name, Version(project.version))
    if last is None:
        return ()
    repository = Repository(workspace.root)
    tree = repository.tree("HEAD", project.place)
    if required(project.metadata):
        text = project.pyproject.read_text(encoding="utf-8")
        if (new := moved(text, versions)) != text:
            tree = repository.tree_with(tree, {"pyproject.toml": new})
    return api.compare_tree(workspace, project, Wheelhouse(workspace), last, tree, names=names) or None


def _schema(workspace: Workspace, ledger: Ledger, project: Project) -> tuple[SchemaFinding, ...]:
    """What the rules for the schema tell of sources; nothing of other libraries.

    Raises:
        Failed: they refuse its changes, or these beside what is in the field.
    """
    if project.place != gates.LIBRARY:
        return ()
    tree = Repository(workspace.root).tree("HEAD", project.place)
    found = gates.wrong(workspace, tree)
    field = [ledger.find(project.name, each) for each in Field.read(workspace).releases]
    refused = (
        *(str(each) for each in found if each.level is Level.MAJOR),
        *gates.refusals(workspace, tree, field),
    )
    if refused:
        listed = "\n".join(refused)
        raise Failed(f"{project.name} would hurt who uses the tables:\n{listed}\n{gates.REMEDY}")
    return found


def _joins(ledger: Ledger, project: Project, versions: Versions) -> str:
    """Why a library has to be released with these, "" if it has not: else nobody could have both."""
    lacking = (
        next(excluding(required(project.metadata), versions), None) if ledger.last(project.name) else None
    )
    return f"it requires {lacking}" if lacking else ""


def _dependents(repository: Repository, ledger: Ledger, versions: Versions) -> Iterator[tuple[Release, str]]:
    """The last release of each library that requires some of these, and whether it goes with them."""

    def excluded(release: Release) -> str:
        """Why it cannot be installed beside them: by itself, or by what it requires."""
        requirements = released(repository, release)
        for requirement in excluding(requirements, versions):
            return f"{release} requires {requirement}"
        lasts = (ledger.last(short(each)) for each in requirements if short(each) not in versions)
        return next(filter(None, (excluded(each) for each in lasts if each)), "")

    for project in dict.fromkeys(each.project for each in ledger):
        last = ledger.last(project)
        if last and any(short(each) in versions for each in released(repository, last)):
            yield last, excluded(last)


def _requires(project: Project, versions: Versions) -> tuple[str, ...]:
    """The ranges that it takes, since these are released with it."""
    named = dict.fromkeys(short(each) for each in required(project.metadata) if short(each) in versions)
    return tuple(f"{name} {span(versions[name])}" for name in named)


def _changes(planned: Planned) -> str:
    """What the changelog will say; where it is silent, what only joins tells of its ranges."""
    changes, requires = Changelog.read(planned.project.folder).unreleased, planned.joins and planned.requires
    if not changes and not requires:
        file = planned.project.folder / changelog.FILE
        raise Failed(f"{file} says nothing under [Unreleased]. Write what changed, for those who use it.")
    changes = changes or "### Changed\n\n" + "\n".join(f"- It needs {each}." for each in requires)
    if planned.removes:
        changes = changelog.adding(changes, "Removed", f"Without having been deprecated: {planned.removes}")
    if planned.breaks:
        changes = changelog.adding(
            changes, "Changed", f"Clients of the API break without notice: {planned.breaks}"
        )
    return changes


def _too_low(
    project: Project, version: Version, lowest: Version, level: Level, findings: tuple[Finding, ...]
) -> str:
    current = Version(project.version)
    name = next(name for name, each in LEVELS.items() if bumped(current, each) >= lowest)
    heavy = (each for each in findings if demanded(each.level, current) is level)
    listed = "".join(f"  {each.symbol}: {each.text} ({each.rule})\n" for each in heavy)
    return (
        f"{project.name} {version} would promise too little: these changes need a {level} release.\n{listed}"
        f"Run: ./dev release {project.name}={name}"
    )


def _undeprecated(project: Project, version: Version, removed: list[str]) -> str:
    listed = "".join(f"  {each}\n" for each in removed)
    return (
        f"{project.name} {version} lacks names that no release has deprecated:\n{listed}"
        "Whoever uses them should hear of it one release before: put them back with @deprecated (PEP 702), and\n"
        f'remove them later. Or say why not: ./dev release {project.name}={version} --reason "..."'
    )


def _unannounced(workspace: Workspace, project: Project, version: Version, breaks: str) -> str:
    return (
        f"{project.name} {version} would break clients of the API without notice:\n{breaks}\n"
        f"{remedy(notice_of(workspace.root))}\n"
        f'Or say why not: ./dev release {project.name}={version} --reason "..."'
    )


def _refuse_tagged(repository: Repository, planned: Planned) -> None:
    tag = f"{planned.project.name}-v{planned.version}"
    if repository("tag", "--list", tag):
        raise Failed(
            f"The tag {tag} exists, but the ledger has no such release. If it waits in a pull request, merge "
            "that; if somebody released it elsewhere, git pull; if it is a mistake, git tag -d it."
        )
