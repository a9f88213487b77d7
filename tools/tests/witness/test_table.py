"""How each rule is shown, or why it cannot be."""

from ogrom_rules.contract import RULES
from ogrom_tools.witness.table import SHOWN, UNSHOWN


def test_each_rule_is_shown_in_a_way_or_has_a_reason_why_not() -> None:
    """And never both."""
    assert sorted((*SHOWN, *UNSHOWN)) == sorted(RULES)
