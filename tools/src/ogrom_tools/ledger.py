"""The ledger releases.toml: every release ever made, and what its wheel or tarball must be, bit for bit.

A tag is for people and may be missing from a clone; a commit's id changes when history is rewritten, as by a merge
that squashes. The id of the tree, the content of the project's folder, stays: it is what they are built from again.
"""

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from ogrom_tools.command import Failed
from ogrom_tools.projects import PREFIX, SCOPE, semver

FILE = "releases.toml"
"""The ledger's place in the repository."""

HEADER = "# The releases, first to last. Written by ./dev release and ./dev yank; ./dev verify builds them again.\n"

HEXADECIMAL = re.compile(r"[0-9a-f]+")
DIGITS = {"tree": 40, "commit": 40, "sha256": 64, "record_sha256": 64}

WHEEL = "wheel"
"""The kind of an artefact that is a wheel."""

BACKEND = "poetry-core"
"""What builds our wheels."""

NPM = "npm"
"""The kind of an artefact that is an npm package's tarball."""

_NAME = "[a-z0-9][a-z0-9-]*"

_TOOLS = {WHEEL: BACKEND, NPM: "typescript"}

_OPTIONAL = frozenset({"commit", "removes", "breaks", "yanked"})
_OF_OLD = (
    *("project", "version", "tree", "commit", "epoch", "poetry_core", "wheel"),
    *("sha256", "record_sha256", "date", "yanked"),
)
# The keys of a line that has a commit, in their order.

EARLIEST = 315_532_800
"""The first moment of 1980: a wheel cannot tell of an earlier one, so its epoch would not count."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """One released version of one project."""

    project: str
    """Its short name: `core`."""
    version: str
    """Such as `1.2.3`."""
    kind: str = WHEEL
    """What the artefact is."""
    artefact: str
    """Its file name: `ogrom_core-1.2.3-py3-none-any.whl` or `ogrom-client-1.2.3.tgz`."""
    tool: str
    """What built it, exactly, since it decides the bytes too: `poetry-core==2.5.0` or `typescript==5.9.3`."""
    tree: str
    """The id of the git tree that it was built from, the project's folder."""
    epoch: int
    """The SOURCE_DATE_EPOCH of the build, in seconds since 1970."""
    sha256: str
    """Of the file."""
    record_sha256: str
    """Of a wheel's RECORD, or a tarball's tar: still the same where another zlib compressed the same files."""
    date: str
    """The day of the release, `2026-11-25`."""
    commit: str = ""
    """The commit that it was in when it was released; lines since December 2026 have none, as none lasts."""
    removes: str = ""
    """Why names are gone in it that no earlier release had deprecated; "" where none is."""
    breaks: str = ""
    """Why it breaks clients of the API who were not told for long enough; "" where it does not."""
    yanked: str = ""
    """Why nobody should take it any longer (PEP 592); "" for a good one."""

    @property
    def distribution(self) -> str:
        """The name that it is published under: `ogrom-core` or `@ogrom/client`."""
        if self.kind == NPM:  # npm's name of a file has "-" for the scope's "/"
            return SCOPE + self.artefact.removeprefix(PREFIX).removesuffix(f"-{semver(self.number)}.tgz")
        return f"{PREFIX}{self.project}"

    @property
    def place(self) -> str:
        """Its project's folder in the checkout: `libs/core`."""
        return f"{'clients' if self.kind == NPM else 'libs'}/{self.project}"

    @property
    def number(self) -> Version:
        """The version, to compare."""
        return Version(self.version)

    @property
    def is_yanked(self) -> bool:
        """Whether it was taken back."""
        return bool(self.yanked)

    @property
    def tag(self) -> str:
        """The name of the tag that tells people where it was made: `core-v1.2.3`."""
        return f"{self.project}-v{self.version}"

    def __str__(self) -> str:
        return f"{self.project} {self.version}"


@dataclass(frozen=True)
class Ledger:
    """All releases, in the order in which they were made."""

    releases: tuple[Release, ...] = ()

    def __iter__(self) -> Iterator[Release]:
        return iter(self.releases)

    @classmethod
    def read(cls, root: Path) -> Self:
        """The ledger of a checkout; an empty one where nothing was ever released.

        Raises:
            Failed: it is damaged.
        """
        file = root / FILE
        return cls.parse(file.read_text(encoding="utf-8")) if file.exists() else cls()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ledger that a text holds.

        Raises:
            Failed: it is damaged.
        """
        ledger = cls()
        try:
            for table in _tables(text):
                ledger = ledger.adding(_checked(Release(**_renamed(table))))
        except (TypeError, ValueError, Failed) as problem:
            raise Failed(f"{FILE} is damaged: {problem}; restore it: git checkout {FILE}") from problem
        return ledger

    @property
    def text(self) -> str:
        """The file's content."""
        return "\n".join([HEADER, *map(_text, self.releases)])

    def write(self, root: Path) -> None:
        """Replace the file of a checkout, atomically."""
        new = root / f".{FILE}.new"
        new.write_text(self.text, encoding="utf-8")
        new.replace(root / FILE)

    def of(self, project: str) -> tuple[Release, ...]:
        """The releases of a project, by version, rising."""
        return tuple(sorted((each for each in self if each.project == project), key=lambda each: each.number))

    def last(self, project: str, upto: Version | None = None) -> Release | None:
        """The highest version of a project that is neither yanked nor a pre-release; None where there is none.

        Args:
            project: its short name.
            upto: the highest that counts; None for any.
        """
        final = [each for each in self.of(project) if not (each.is_yanked or each.number.is_prerelease)]
        return next((each for each in reversed(final) if upto is None or each.number <= upto), None)

    def find(self, project: str, version: str) -> Release:
        """The release of this version.

        Raises:
            Failed: it was never released.
        """
        releases = self.of(project)
        with suppress(InvalidVersion, StopIteration):
            return next(each for each in releases if each.number == Version(version))
        known = ", ".join(each.version for each in releases) or "none yet"
        raise Failed(f"{project} {version} was never released; the releases of {project}: {known}.")

    def adding(self, release: Release) -> Self:
        """The ledger with one more release.

        Raises:
            Failed: this version was released before, with other content.
        """
        for each in self.of(release.project):
            if each == release:
                return self
            if each.number == release.number:
                raise Failed(
                    f"{release} was released before, and its content never changes; raise the version."
                )
        return type(self)((*self.releases, release))

    def yanking(self, project: str, version: str, reason: str) -> Self:
        """The ledger with this release taken back; again with another reason, that one stands.

        Raises:
            Failed: it was never released, or the reason is empty.
        """
        if not reason.strip():
            raise Failed("Say why it is yanked: those who pinned it read the reason.")
        release = self.find(project, version)
        yanked = dataclasses.replace(release, yanked=reason.strip())
        return type(self)(tuple(yanked if each == release else each for each in self))


def _tables(text: str) -> list[dict[str, Any]]:
    """The `[[release]]` tables.

    Raises:
        ValueError: there is something else, or it is no TOML.
    """
    document = tomllib.loads(text)
    tables = document.pop("release", [])
    if document or not isinstance(tables, list):
        raise ValueError("it holds something else than [[release]] tables")
    return tables


def _renamed(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table in the words of today; those with a commit are in others.

    Raises:
        ValueError: it is in both.
    """
    if "commit" not in table:
        return table
    if {"wheel", "poetry_core"} - table.keys() or {"kind", "artefact", "tool"} & table.keys():
        raise ValueError("a line with a commit has wheel and poetry_core, and no kind, artefact or tool")
    old = dict(table)
    return {"artefact": old.pop("wheel"), "tool": f"{BACKEND}=={old.pop('poetry_core')}", **old}


def _checked(release: Release) -> Release:
    """The release, if its fields can be what they say.

    Raises:
        ValueError: one cannot.
    """
    _check_kinds(release)
    backend, _, version = release.tool.partition("==")
    if _TOOLS.get(release.kind) != backend:
        known = " and ".join(f"{kind} by {tool}==VERSION" for kind, tool in _TOOLS.items())
        raise ValueError(f"{release} is a {release.kind} by {release.tool}; known are {known}")
    for text in (release.version, version):
        if str(Version(text)) != text:
            raise ValueError(f"the version {text!r} is written {Version(text)}")
    if release.epoch < EARLIEST:
        raise ValueError(f"the epoch of {release} is before 1980: {release.epoch}")
    date.fromisoformat(release.date)
    if not _is_named(release):
        raise ValueError(f"{release.artefact} is not a {release.kind} of {release}")
    return release


def _is_named(release: Release) -> bool:
    """Whether the file may have that name."""
    if release.kind == NPM:
        file = rf"{PREFIX}{_NAME}-{re.escape(semver(release.number))}\.tgz"
        return bool(re.fullmatch(file, release.artefact) and re.fullmatch(_NAME, release.project))
    name, number, *_ = parse_wheel_filename(release.artefact)
    return canonicalize_name(release.distribution) == name and number == release.number


def _check_kinds(release: Release) -> None:
    for field in dataclasses.fields(release):
        value = getattr(release, field.name)
        if type(value) is not field.type:
            raise ValueError(f"{field.name} of {release} has the wrong type: {value!r}")
        digits = 0 if value == "" and field.name in _OPTIONAL else DIGITS.get(field.name)
        if digits and (len(value) != digits or not HEXADECIMAL.fullmatch(value)):
            raise ValueError(f"{field.name} of {release} must have {digits} hexadecimal digits: {value!r}")


def _text(release: Release) -> str:
    """One `[[release]]` table. A JSON string is a TOML string too, but for one character."""
    values = {
        key: value for key, value in dataclasses.asdict(release).items() if value or key not in _OPTIONAL
    }
    if release.commit:
        values |= {"poetry_core": release.tool.removeprefix(f"{BACKEND}=="), "wheel": release.artefact}
        values = {key: values[key] for key in _OF_OLD if key in values}
    texts = {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
    lines = [f"{key} = {text}".replace("\x7f", r"\u007f") for key, text in texts.items()]
    return "\n".join(["[[release]]", *lines, ""])
