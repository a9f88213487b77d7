"""The folder contracts/: a file for each version of the contract, and history.toml, which says since when."""

import dataclasses
import datetime as dt
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from packaging.version import Version

from ogrom_rules import Level, level
from ogrom_rules.contract import UNANNOUNCED, ContractFinding, compare, first, unannounced
from ogrom_rules.levels import bumped
from ogrom_tools.command import Failed
from ogrom_tools.contracts.document import CONTRACT, SERVICE, Json, same, text

FOLDER = "contracts"
TABLE = f"{FOLDER}/history.toml"
CONSTANT = f"{SERVICE}/src/ogrom/run/contract.py"
"""The module of the service that has the version, as `VERSION`."""

HEADER = (
    "# The versions of the contract, first to last. Written by ./dev pin, ./dev release and ./dev contract.\n"
)
_VERSION = re.compile(r'^(VERSION(?:: [^=]+)? = )"([^"]*)"', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One version of the contract."""

    version: str
    date: str
    """The day since which it is pinned, `2026-12-01`."""
    source: str = CONTRACT
    """The command of ogrom-api that wrote it; `openapi` said less, as of Cache-Control and links."""
    revision: str = ""
    """The commit that it was found at; "" for those that came with their commit."""
    pins: Mapping[str, str] = field(default_factory=dict)
    """The releases that it was made of."""
    changes: Mapping[str, int] = field(default_factory=dict)
    """How often each rule of ./dev contract-diff finds a change since the version before."""
    reason: str = ""
    """Why it breaks clients who were not told for long enough; "" where it does not."""


@dataclass(frozen=True)
class Contracts:
    """All versions of the contract in a checkout."""

    root: Path
    entries: tuple[Entry, ...] = ()
    unknown: tuple[Mapping[str, str], ...] = ()
    """The pins whose contract is not known: revision, date and reason of each."""

    @classmethod
    def read(cls, root: Path) -> Self:
        """Those of a checkout; none where there is no such folder.

        Raises:
            Failed: the table is damaged, or lacks a version that has a file.
        """
        file = root / TABLE
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            entries = tuple(Entry(**each) for each in table.get("contract", ()))
            for each in entries:
                dt.date.fromisoformat(each.date)
        except (TypeError, ValueError) as problem:
            raise Failed(f"{TABLE} is damaged: {problem}; restore it: git checkout {TABLE}") from problem
        kept = {each.stem for each in file.parent.glob("*.json")}
        if lost := sorted(kept - {each.version for each in entries}):  # or the next would begin at 1.0.0
            raise Failed(
                f"{TABLE} lacks {', '.join(lost)}, whose files are there; restore it: git checkout {TABLE}, or remove "
                "the files of versions that were never committed"
            )
        return cls(root, entries, tuple(table.get("unknown", ())))

    @property
    def current(self) -> Entry | None:
        """The last one; None where there is none yet."""
        return self.entries[-1] if self.entries else None

    def document(self, version: str) -> Json:
        """The contract of this version.

        Raises:
            Failed: there is none, or it is damaged.
        """
        file = self.root / FOLDER / f"{version}.json"
        if not file.exists():
            known = ", ".join(each.version for each in self.entries) or "none yet"
            raise Failed(f"There is no version {version} of the contract; the versions: {known}.")
        try:
            found: Json = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as problem:
            name = f"{FOLDER}/{file.name}"
            raise Failed(f"{name} is damaged: {problem}; restore it: git checkout {name}") from problem
        return found

    @property
    def live(self) -> Sequence[tuple[dt.date, Json]]:
        """Each contract with the day since which clients have it, the oldest first."""
        return [(dt.date.fromisoformat(each.date), self.document(each.version)) for each in self.entries]

    @property
    def files(self) -> Mapping[str, str]:
        """The texts of history.toml and of the service's module, by their paths."""
        tables = [_toml("contract", dataclasses.asdict(each)) for each in self.entries]
        table = "\n".join([HEADER, *tables, *(_toml("unknown", each) for each in self.unknown)])
        module = (self.root / CONSTANT).read_text(encoding="utf-8")
        return {TABLE: table, CONSTANT: _VERSION.sub(rf'\g<1>"{self.entries[-1].version}"', module)}


@dataclass(frozen=True)
class Raised:
    """The next version of the contract."""

    before: Entry | None
    entry: Entry
    findings: tuple[ContractFinding, ...]
    files: Mapping[str, str]
    """The new text of each file that it changes, by its path."""

    def __str__(self) -> str:
        """What a person is told, and the commit's message says."""
        if self.before is None:
            return f"The contract begins: {self.entry.version}"
        head = f"The contract changes: {self.before.version} -> {self.entry.version}"
        return "\n".join([head, *(f"  {each}" for each in lines(self.findings))])


def lines(findings: Sequence[ContractFinding]) -> Sequence[str]:
    """The findings as lines, the first ones and how many more there are."""
    return first(f"{each.level}  {each.symbol}: {each.text}" for each in findings)


def raised(
    contracts: Contracts, found: Json, entry: Entry, *, notice: dt.timedelta, reason: str = ""
) -> Raised | None:
    """What makes another contract the current one; None where it says the same.

    Args:
        contracts: those so far.
        found: the new contract.
        entry: where it comes from, with any version.
        notice: how long something is deprecated before it goes.
        reason: why clients are broken without that; "" if they must not be.

    Raises:
        Failed: it breaks clients without notice or a reason.
    """
    before, findings = contracts.current, tuple[ContractFinding, ...]()
    version, breaks, reasons = Version("1.0.0"), "", dict[str, str]()
    if before:
        old = contracts.document(before.version)
        if same(old, found):
            return None
        findings = compare(old, found)
        version = bumped(Version(before.version), max(Level.PATCH, level(findings)))
        breaks = broken(findings, found, contracts, dt.date.fromisoformat(entry.date), notice)
        if breaks and not reason:
            raise Failed(
                f"The contract with clients would be broken without notice:\n{breaks}\n{remedy(notice)}"
            )
        reasons = {**old["info"].get(UNANNOUNCED, {}), **({str(version): reason} if breaks else {})}
    entry = dataclasses.replace(
        entry,
        version=str(version),
        changes=dict(Counter(each.rule for each in findings)),
        reason=reason if breaks else "",
    )
    after = dataclasses.replace(contracts, entries=(*contracts.entries, entry))
    written = {f"{FOLDER}/{entry.version}.json": text(found, entry.version, reasons)}
    return Raised(before, entry, findings, {**written, **after.files})


def broken(
    findings: Sequence[ContractFinding],
    new: Json,
    contracts: Contracts,
    today: dt.date,
    notice: dt.timedelta,
) -> str:
    """A line for each change that breaks clients who were not told for long enough; "" for none."""
    return "\n".join(f"  {each}" for each in first(unannounced(findings, contracts.live, new, today, notice)))


def remedy(notice: dt.timedelta) -> str:
    """What to do about that."""
    return (
        f"Whoever uses it must hear of it {notice.days} days before: put it back, say `deprecated` of it, and remove "
        "it later (RELEASING.md, The contract with clients)."
    )


def notice_of(root: Path) -> dt.timedelta:
    """How long something is deprecated before it goes: `tool.ogrom.contract.notice` of pyproject.toml, in days."""
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return dt.timedelta(days=table["tool"]["ogrom"]["contract"]["notice"])


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write these texts into a checkout."""
    for path, content in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")


def _toml(name: str, table: Mapping[str, object]) -> str:
    rows = (f"{key} = {_value(value)}" for key, value in table.items() if value)
    return "\n".join([f"[[{name}]]", *rows, ""])


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_value(each)}' for key, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)
