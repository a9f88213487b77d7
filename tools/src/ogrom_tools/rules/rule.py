"""Rule: one kind of change, and how grave it is for those who use what changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from ogrom_tools.versions import Level

from .finding import Finding


@dataclass(frozen=True)
class Rule:
    """A row of a table of rules."""

    name: str
    """The kind of change: `parameter-removed`."""
    level: Level
    """What it asks of the next version."""
    text: str
    """One sentence: what changed, and whom it concerns. `{name}` stands for what only a finding knows."""
    removes: bool = False
    """Whether something goes that others use, without an earlier release that has said so."""

    def at(self, place: str, **known: object) -> Finding:
        """A change of this kind.

        Args:
            place: what has changed, as its users call it.
            known: for the braces of the text.
        """
        return Finding(self.name, self.level, place, self.text.format(**known), self.removes)


def table(module: Mapping[str, object]) -> Mapping[str, Rule]:
    """The rules that a module holds, by their names.

    Raises:
        ValueError: two have the same name.
    """
    rules = [each for each in module.values() if isinstance(each, Rule)]
    found = {each.name: each for each in rules}
    if len(found) != len(rules):
        raise ValueError("two rules have the same name")
    return found
