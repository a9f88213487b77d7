"""A rule is one kind of change and how serious it is; a finding is one change of that kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .levels import Level


@dataclass(frozen=True)
class Finding:
    """One change."""

    rule: str
    """The name of its kind: `parameter-removed`."""
    level: Level
    """What it asks of the next version."""
    symbol: str
    """What changed, as users name it: `ogrom.http.Resource.etag`; or a file, or a field of the metadata."""
    text: str
    """One sentence: what changed, and whom it affects."""
    removes: bool = False
    """Whether something that others use is removed without a release that deprecated it."""


@dataclass(frozen=True)
class Rule:
    """A row of a table of rules."""

    name: str
    """The kind of change: `parameter-removed`."""
    level: Level
    """What it asks of the next version."""
    text: str
    """One sentence: what changed, and whom it affects. `{name}` is filled in by each finding."""
    removes: bool = False
    """Whether something that others use is removed without a release that deprecated it."""

    def at(self, symbol: str, **known: object) -> Finding:
        """Make a finding of this kind.

        Args:
            symbol: what changed, as users name it.
            known: the values for the braces in the text.
        """
        return Finding(self.name, self.level, symbol, self.text.format(**known), self.removes)


def table(module: Mapping[str, object]) -> Mapping[str, Rule]:
    """The rules of a module, by name; call it with `globals()`.

    Raises:
        ValueError: two rules have the same name.
    """
    rules = [each for each in module.values() if isinstance(each, Rule)]
    found = {each.name: each for each in rules}
    if len(found) != len(rules):
        raise ValueError("two rules have the same name")
    return found


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without duplicates, the most serious first."""
    return tuple(sorted(set(findings), key=lambda each: (-each.level, each.symbol, each.rule, each.text)))


def level(findings: Iterable[Finding]) -> Level:
    """The level of the most serious finding."""
    return max((each.level for each in findings), default=Level.NONE)
