"""The field: the releases of ogrom-sources that use a database, or that a rollback may bring back to it.

Git knows what each service pins, and since when. What is deployed, only the deploys' history knows: what
`ogrom-deploy history --json` prints.
"""

import json
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import click
from packaging.requirements import Requirement
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.projects import PREFIX, Workspace, is_ours
from ogrom_tools.schema.lattice import PROJECT
from ogrom_tools.schema.phases import Phase

_DAY = 86_400.0

history_option = click.option(
    "--history",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What is deployed: a file with what `ogrom-deploy history --json` prints.",
)
"""The option of commands that ask who is in the field."""


@dataclass(frozen=True)
class Stay:
    """A time for which a release was somewhere.

    Attributes:
        release: the version of ogrom-sources.
        where: `pinned by api-run`, or `deployed as 0123456789ab`.
        until: its end, in seconds since 1970; None if it is there now.
    """

    release: str
    where: str
    until: float | None = None


@dataclass(frozen=True)
class Field:
    """Who uses the database.

    Attributes:
        stays: where releases are and were.
        phases: what the database has come to at least, and at most; empty where nobody has said.
        rest: how long a rollback may go back to what was deployed, in seconds; 0.0 where that is not known.
        now: the time, in seconds since 1970.
    """

    stays: tuple[Stay, ...]
    phases: tuple[Phase, ...] = ()
    rest: float = 0.0
    now: float = 0.0

    @classmethod
    def read(cls, workspace: Workspace, history: Path | None = None, now: float | None = None) -> Self:
        """The field of a checkout.

        Args:
            workspace: the checkout; its branch is what is deployed from.
            history: what `ogrom-deploy history --json` printed; without it a release leaves the field with the commit
                that pins another.
            now: the time, in seconds since 1970.

        Raises:
            Failed: the history is no such text, or it names a commit that is not in this clone.
        """
        now = time.time() if now is None else now
        pins = tuple(_pins(workspace))
        if history is None:
            return cls(pins, now=now)
        acts, rest = _acts(history), _rest(workspace.root)
        deployed = tuple(_deployed(workspace, acts, now - rest))
        return cls((*(each for each in pins if each.until is None), *deployed), _database(acts), rest, now)

    @property
    def releases(self) -> tuple[str, ...]:
        """The versions in the field, rising."""
        return tuple(sorted({each.release for each in self.stays if self._counts(each)}, key=Version))

    def where(self, release: str) -> str:
        """Where a release in the field is: `pinned by api-run`."""
        return ", ".join(
            dict.fromkeys(each.where for each in self.stays if each.release == release and self._counts(each))
        )

    def left(self, needs: Callable[[str], bool]) -> tuple[Stay, float] | None:
        """The last stay of a release that needs something, and when that left the field; None if there was none.

        Its time is infinite while it is in the field.
        """
        ends = [(self._end(each), each) for each in self.stays if needs(each.release)]
        return max(((each, end) for end, each in ends), key=lambda each: each[1], default=None)

    def _counts(self, stay: Stay) -> bool:
        return self._end(stay) > self.now

    def _end(self, stay: Stay) -> float:
        return float("inf") if stay.until is None else stay.until + self.rest


def _pins(workspace: Workspace) -> Iterator[Stay]:
    """What each service pins and has pinned, by the commits that changed that; the last first."""
    repository, options = Repository(workspace.root), ("--first-parent", "--format=%H %ct")
    for service in (each for each in workspace.released if not each.is_library):
        until, later = None, ""
        path = service.pyproject.relative_to(workspace.root).as_posix()
        for line in repository("log", *options, f"-G{PREFIX}{PROJECT}", "--", path).splitlines():
            commit, _, epoch = line.partition(" ")
            release = _pinned(repository, commit, path)
            if release not in {"", later}:
                yield Stay(release, f"pinned by {service.name}", until)
            until, later = float(epoch), release


def _pinned(repository: Repository, commit: str, path: str) -> str:
    """The version of sources that a pyproject.toml pinned at a commit; "" for none."""
    if not repository.has(f"{commit}:{path}"):
        return ""
    project: dict[str, Any] = tomllib.loads(repository.show(commit, path)).get("project", {})
    ours = filter(is_ours, map(Requirement, project.get("dependencies", ())))
    specifiers = [str(each.specifier) for each in ours if each.name == f"{PREFIX}{PROJECT}"]
    return next((each.removeprefix("==") for each in specifiers if each.startswith("==")), "")


def _acts(history: Path) -> Sequence[Mapping[str, Any]]:
    """The acts of a history, the last first."""
    try:
        acts: list[dict[str, Any]] = json.loads(history.read_text(encoding="utf-8"))
        if not isinstance(acts, list):
            raise TypeError("it is no list")  # noqa: TRY301 - the error below says so
        for each in acts:
            float(each["began"] + each["seconds"])
            str(each["version"]["label"] + each["before"] + each["serves"] + each["outcome"])
    except (KeyError, TypeError, ValueError) as problem:
        raise Failed(f"{history} is not what `ogrom-deploy history --json` prints: {problem!r}") from problem
    return acts


def _deployed(workspace: Workspace, acts: Iterable[Mapping[str, Any]], since: float) -> Iterator[Stay]:
    """What was on either side, until when; the last first. What is not known of before `since` is left out."""
    repository, until = Repository(workspace.root), None
    paths = [
        each.pyproject.relative_to(workspace.root).as_posix()
        for each in workspace.released
        if not each.is_library
    ]
    for act in acts:
        for label in sorted({act["version"]["label"], act["before"], act["serves"]} - {""}):
            if repository.has(f"{label}^{{commit}}"):
                found = {_pinned(repository, label, path) for path in paths} - {""}
                yield from (Stay(each, f"deployed as {label}", until) for each in sorted(found))
            elif until is None or until > since:
                raise Failed(
                    f"{label} is deployed, and this clone does not have that commit: git fetch origin"
                )
        if act["outcome"] != "begun":
            until = float(act["began"] + act["seconds"])


def _database(acts: Iterable[Mapping[str, Any]]) -> tuple[Phase, ...]:
    """What the database has come to at least, and at most, by the last act that says so."""
    found = next((each for each in acts if each.get("phase")), {})
    texts = dict.fromkeys((found.get("phase", ""), found.get("possible", "")))
    return tuple(map(Phase.parse, filter(None, texts)))


def _rest(root: Path) -> float:
    """How long a rollback may go back to what was deployed: `tool.ogrom.schema.rest` of pyproject.toml, in days."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return float(table["tool"]["ogrom"]["schema"]["rest"]) * _DAY
