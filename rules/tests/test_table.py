import pytest

from ogrom_rules import Finding, Level, Rule, level, ordered, table

GONE = Rule("name-removed", Level.MAJOR, "{name} is gone.", removes=True)
THERE = Rule("name-added", Level.MINOR, "There is {name}.")


def test_a_rule_makes_findings() -> None:
    """With what only the finding knows, were there braces in it."""
    assert GONE.at("a.f", name="dict{}") == Finding(
        "name-removed", Level.MAJOR, "a.f", "dict{} is gone.", True
    )


def test_the_gravest_decides_and_comes_first() -> None:
    """And each is told once."""
    added, gone = THERE.at("a.g", name="g"), GONE.at("a.f", name="f")
    assert ordered([added, gone, added]) == (gone, added)
    assert (level([added, gone]), level([])) == (Level.MAJOR, Level.NONE)


def test_a_table_has_the_rules_of_a_module() -> None:
    """By their names, of which none is twice."""
    assert table({"GONE": GONE, "THERE": THERE, "__name__": "a"}) == {
        "name-removed": GONE,
        "name-added": THERE,
    }
    with pytest.raises(ValueError, match="two rules have the same name"):
        table({"GONE": GONE, "LOST": Rule("name-removed", Level.MAJOR, "")})
