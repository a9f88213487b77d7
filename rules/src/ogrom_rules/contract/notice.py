"""Notice: which changes were announced to clients, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ogrom_rules import Level
from ogrom_rules.contract.operations import compare
from ogrom_rules.contract.rules import DEPRECATED_VALUES_REFUSED, RULES, ContractFinding
from ogrom_rules.contract.schemas import Json


@dataclass(frozen=True)
class Announced:
    """A change that breaks clients, and what they were told of it."""

    finding: ContractFinding
    since: date | None
    """The day from which the documents have said that it comes; None if the last one does not."""
    until: date | None
    """The day until which it was not to come, as the last document says; None if it names none."""


def announced(history: Sequence[tuple[date, Json]], new: Json) -> tuple[Announced, ...]:
    """The changes of a new document that break clients, and since when the documents before it announced them.

    Args:
        history: the documents that clients have had, the oldest first, each with the day from which they had it.
        new: the document to come.

    Raises:
        ValueError: a document has a sunset that is no date.
    """
    found = [each for each in compare(history[-1][1], new) if each.level is Level.MAJOR] if history else []
    told: dict[ContractFinding, date | None] = {}
    waiting = {_key(each): each for each in found if RULES[each.rule].announced}
    for day, document in reversed(history):
        said = {_key(each) for each in compare(document, new)}
        waiting = {key: each for key, each in waiting.items() if key in said}
        told.update(dict.fromkeys(waiting.values(), day))
        if not waiting:
            break
    return tuple(
        Announced(each, told.get(each), date.fromisoformat(each.until) if each.until else None)
        for each in found
    )


def _key(finding: ContractFinding) -> tuple[str, str, str]:
    """What tells the finding from others, also against an older document, which may list other values."""
    same = finding.rule == DEPRECATED_VALUES_REFUSED.name
    return finding.rule, finding.symbol, "" if same else finding.text
