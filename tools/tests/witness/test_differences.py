"""Which two answers show a finding: never the same the other way round."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ogrom_rules.contract.rules import RULES
from ogrom_tools.witness.case import Case
from ogrom_tools.witness.examples import Examples
from ogrom_tools.witness.messages import Answer
from ogrom_tools.witness.operation import Operation, operation
from ogrom_tools.witness.table import SHOWN

NAME = "GET /things"


def answer(status: int = 200, content: Any = None, **headers: str) -> Answer:
    """An answer in JSON, with these header fields."""
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Answer(status, {"content-type": "application/json", **named}, json.dumps(content))


def described(**members: Any) -> Operation:
    """The operation, whose answer has members of these schemas."""
    shape = {"type": "object", "properties": members}
    answers = {"200": {"content": {"application/json": {"schema": shape}}}}
    document = {"openapi": "3.1.1", "paths": {"/things": {"get": {"responses": answers}}}}
    found = operation(document, NAME, Examples())
    assert found is not None
    return found


INTEGER, STRING = {"type": "integer"}, {"type": "string"}
PRODUCT = {"links": {"category": "/c/1"}}
CASES = {
    "parameter-required": (answer(200), answer(400), {}),
    "parameter-optional": (answer(400), answer(200), {}),
    "precondition-required": (answer(204), answer(428), {}),
    "token-required": (answer(200), answer(401), {}),
    "token-optional": (answer(401), answer(200), {}),
    "scope-added": (answer(204), answer(403), {}),
    "scope-removed": (answer(403), answer(204), {}),
    "body-type-removed": (answer(400), answer(415), {}),
    "body-type-added": (answer(415), answer(400), {}),
    "status-added": (answer(404), answer(410), {"status": "410"}),
    "error-removed": (answer(410), answer(404), {"status": "410"}),
    "problem-type-added": (answer(400), answer(400, {"type": "/problems/x"}), {"name": "/problems/x"}),
    "problem-type-removed": (answer(400, {"type": "/problems/x"}), answer(400), {"name": "/problems/x"}),
    "media-type-added": (answer(406), answer(200, Content_Type="text/csv"), {"name": "text/csv"}),
    "media-type-removed": (answer(200, Content_Type="text/csv"), answer(406), {"name": "text/csv"}),
    "header-added": (answer(), answer(ETag="1"), {"name": "ETag"}),
    "header-removed": (answer(ETag="1"), answer(), {"name": "ETag"}),
    "link-added": (answer(200, {}), answer(200, PRODUCT), {"name": "category"}),
    "link-removed": (answer(200, PRODUCT), answer(200, {}), {"name": "category"}),
    "member-added": (answer(200, {}), answer(200, {"a": 1}), {}),
    "member-removed": (answer(200, {"a": 1}), answer(200, {}), {}),
    "member-lacking": (answer(200, {"a": 1}), answer(200, {}), {}),
    "values-added": (answer(200, {"a": 1}), answer(200, {"a": "1"}), {}),
    "values-removed": (answer(200, {"a": "1"}), answer(200, {"a": 1}), {}),
    "values-refused": (answer(200), answer(400), {}),
    "values-accepted": (answer(400), answer(200), {}),
}
"""By rule: two answers that show it, and what the finding says."""
BOTH_WAYS = {
    "operation-added": (answer(404), answer(200), {}),
    "operation-removed": (answer(200), answer(405), {}),
    "vary-grew": (answer(Vary="Accept"), answer(Vary="Accept, Origin"), {}),
    "lifetime-longer": (answer(Cache_Control="max-age=1"), answer(Cache_Control="max-age=9"), {}),
    "default-type-changed": (
        answer(),
        answer(Content_Type="text/csv"),
        {"old": "application/json", "new": "text/csv"},
    ),
    "link-changed": (answer(200, PRODUCT), answer(200, {"links": {"category": "/x"}}), {"name": "category"}),
    "parameter-removed": (answer(200, [1]), answer(200, [1, 2]), {}),
    "member-refused": (answer(200), answer(422), {}),
    "default-changed": (answer(200, {"items": [1]}), answer(200, {"items": [1, 2]}), {}),
    "precondition-removed": (answer(304), answer(200), {}),
    "operation-deprecated": (answer(), answer(Deprecation="@1"), {}),
}
"""Those that any difference shows, since the description says which side is which."""


def shown(rule: str, old: Answer, new: Answer, known: dict[str, str]) -> object:
    symbol = f"{NAME} 200 content.a" if rule.startswith(("member", "values")) else f"{NAME} 200"
    said = {"old": "x", "new": "y", "name": "x", "status": "200", "end": "", **known}
    sides = described(a=INTEGER), described(a=STRING)
    if rule == "values-removed":
        sides = described(a=STRING), described(a=INTEGER)
    return SHOWN[rule].difference(Case(RULES[rule].at(symbol, **said), *sides), (old, new))


@pytest.mark.parametrize("rule", CASES)
def test_two_answers_show_a_finding_and_not_the_other_way_round(rule: str) -> None:
    old, new, known = CASES[rule]
    assert shown(rule, old, new, known) is not None
    assert shown(rule, new, old, known) is None
    assert shown(rule, old, old, known) is None
    assert shown(rule, new, new, known) is None


@pytest.mark.parametrize("rule", BOTH_WAYS)
def test_any_difference_shows_some_findings(rule: str) -> None:
    old, new, known = BOTH_WAYS[rule]
    assert shown(rule, old, new, known) is not None
    assert shown(rule, old, old, known) is None


def test_what_differs_at_each_request_shows_nothing() -> None:
    """Ids of requests, and the time of what has just been made."""

    def differ(one: object, other: object) -> bool:
        return shown("default-changed", answer(200, one), answer(200, other), {}) is not None

    now = datetime.now(UTC)
    assert not differ({"request_id": "a"}, {"request_id": "b"})
    assert not differ({"at": now.isoformat()}, {"at": (now + timedelta(seconds=1)).isoformat()})
    assert differ({"at": "2015-01-01T00:00:00Z"}, {"at": "2015-01-01T00:00:01Z"})


def test_other_statuses_do_not_show_what_is_about_one() -> None:
    """A member of a 200 is not gone because a 404 lacks it."""
    assert shown("member-removed", answer(200, {"a": 1}), answer(404, {}), {}) is None
    assert shown("header-removed", answer(200, ETag="1"), answer(404), {"name": "ETag"}) is None
    assert shown("link-removed", answer(200, PRODUCT), answer(404, {}), {"name": "category"}) is None
