"""Each planted change is refused by its rule alone, and the way to do it right by none."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ogrom_rules import Level
from ogrom_rules.schema import (
    CASCADE,
    FULL_TEXT,
    RULES,
    SERVERS,
    Change,
    Operation,
    beside,
    declared,
    judge,
    misfits,
    verdict,
)
from ogrom_rules.schema.rules import SchemaFinding

DATA = tomllib.loads((Path(__file__).parent / "planted.toml").read_text(encoding="utf-8"))
PLANTED = DATA["planted"]
BESIDE = {"texts": (FULL_TEXT,), "comments": (CASCADE,)}
RELEASES = {name: declared(name, text) for name, text in DATA["releases"].items()}


def found(plain: Sequence[dict[str, Any]], field: Sequence[str], uses: str | None) -> list[SchemaFinding]:
    changes = [with_clauses(each) for each in (*DATA["base"], *plain)]
    releases = [RELEASES[name] for name in field]
    used = misfits(changes, RELEASES[uses]) if uses else ()
    return [*judge(changes), *(each for change in changes for each in beside(change, releases)), *used]


def with_clauses(plain: dict[str, Any]) -> Change:
    """The change, each operation with the clauses that the verdicts ask for unless it has its own."""
    return Change.parse(
        {**plain, "operations": [{"clauses": needed(each), **each} for each in plain["operations"]]}
    )


def needed(plain: dict[str, Any]) -> dict[str, str]:
    work = Operation.parse(plain).work
    clauses = {each: verdict(each, work, BESIDE.get(plain["table"], ())).clause for each in SERVERS}
    return {server: clause for server, clause in clauses.items() if clause}


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{i}: {each['rule']}" for i, each in enumerate(PLANTED)])
def test_what_is_wrong_is_refused_by_its_rule_alone(planted: dict[str, Any]) -> None:
    wrong = found(planted["wrong"], planted.get("field", []), planted.get("uses"))
    refused = [each for each in wrong if each.level is Level.MAJOR or each.rule == planted["rule"]]
    assert {each.rule for each in refused} == {planted["rule"]}
    assert sorted({each.symbol for each in refused}) == sorted(set(planted["finds"]))
    assert not any(re.search(r"[{}]|  |None", f"{each.text}{each.instead}") for each in refused)


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{i}: {each['rule']}" for i, each in enumerate(PLANTED)])
def test_the_way_to_do_it_right_is_not(planted: dict[str, Any]) -> None:
    right = found(planted["right"], planted.get("right_field", []), planted.get("uses"))
    assert not [each for each in right if each.level is Level.MAJOR or each.rule == planted["rule"]]


def test_each_rule_is_planted() -> None:
    assert {each["rule"] for each in PLANTED} == RULES.keys()
