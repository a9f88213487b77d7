"""Notice: which changes were announced to clients, and whether that was long enough ago (docs/contract.md, 1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ogrom_rules import Level
from ogrom_rules.contract.operations import compare
from ogrom_rules.contract.rules import DEPRECATED_VALUES_REFUSED, RULES, ContractFinding
from ogrom_rules.contract.schemas import Json

UNANNOUNCED = "x-unannounced"
"""The key of a document's `info` that has the reasons for which its versions break clients, by version."""

History = Sequence[tuple[date, Json]]
"""The documents that clients have had, the oldest first, each with the day from which they had it."""


@dataclass(frozen=True)
class Announced:
    """A change that breaks clients, and what they were told of it."""

    finding: ContractFinding
    since: date | None
    """The day from which the documents have said that it comes; None if the last one does not."""
    until: date | None
    """The day until which it was not to come, as the document before it says; None if it names none."""

    def lacks(self, today: date, notice: timedelta) -> str:
        """What the announcement lacks for the change to come today; "" for nothing."""
        if self.since is None:
            return "it was never deprecated"
        if (told := today - self.since) < notice:
            return f"deprecated for {told.days} of {notice.days} days"
        if self.until and self.until > today:
            return f"it was to stay until {self.until}"
        return ""


@dataclass(frozen=True)
class Break:
    """A change that breaks clients who were not told, or not for long enough."""

    finding: ContractFinding
    why: str
    """What the announcement lacks."""

    def __str__(self) -> str:
        return f"{self.finding.symbol}: {self.finding.text} ({self.why})"


def unannounced(
    findings: Iterable[ContractFinding], history: History, new: Json, today: date, notice: timedelta
) -> tuple[Break, ...]:
    """Those of the changes to a new document that break clients without notice.

    Args:
        findings: the changes.
        history: the documents before.
        new: the document to come.
        today: the day on which it comes.
        notice: how long something is deprecated before it goes.

    Raises:
        ValueError: a document has a sunset that is no date.
    """
    lacking = ((each.finding, each.lacks(today, notice)) for each in announced(findings, history, new))
    return tuple(Break(finding, why) for finding, why in lacking if why)


def announced(findings: Iterable[ContractFinding], history: History, new: Json) -> tuple[Announced, ...]:
    """Those of the changes to a new document that break clients, and since when the documents before announced them.

    Args:
        findings: the changes.
        history: the documents before.
        new: the document to come.

    Raises:
        ValueError: a document has a sunset that is no date.
    """
    found = [each for each in findings if each.level is Level.MAJOR]
    told: dict[ContractFinding, date | None] = {}
    waiting = {_key(each): each for each in found if RULES[each.rule].announced}
    for day, document in reversed(history):
        if not waiting:
            break
        said = {_key(each) for each in compare(document, new)}
        waiting = {key: each for key, each in waiting.items() if key in said}
        told.update(dict.fromkeys(waiting.values(), day))
    return tuple(
        Announced(each, told.get(each), date.fromisoformat(each.until) if each.until else None)
        for each in found
    )


def first(told: Iterable[object], most: int = 20) -> tuple[str, ...]:
    """The first of these as lines, and how many more there are."""
    lines = tuple(map(str, told))
    return (*lines[:most], f"and {len(lines) - most} more") if lines[most:] else lines


def _key(finding: ContractFinding) -> tuple[str, str, str]:
    """What tells the finding from others, also against an older document, which may list other values."""
    same = finding.rule == DEPRECATED_VALUES_REFUSED.name
    return finding.rule, finding.symbol, "" if same else finding.text
