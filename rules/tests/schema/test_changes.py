"""What is no change in the plain form is refused, with the name of the change."""

from typing import Any

import pytest

from ogrom_rules.schema import Change, Operation, declared

ADD = {"does": "add_column", "table": "collages", "column": "mood"}


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"kind": "extend"}, "kind must be one of expand, backfill, contract"),
        ({"phase": "0005"}, "it has no phase"),
        ({"operations": "add"}, "it needs a name and a list of operations"),
        ({"after": "0005"}, "after is a list of names"),
        ({"operations": [{"does": "add_colum", "table": "collages"}]}, "does one of add_table, add_column"),
        ({"operations": [{"does": "add_column"}]}, "an operation needs a table"),
        ({"operations": [{**ADD, "null": False}]}, "an operation has no 'null'; it has does, table"),
        ({"operations": [{**ADD, "nullable": "no"}]}, "nullable of an operation must not be 'no'"),
        ({"operations": [{**ADD, "columns": "mood"}]}, "columns of an operation must not be 'mood'"),
        ({"operations": [{**ADD, "clauses": {"mysql": 1}}]}, "clauses of an operation must not be"),
        ({"operations": [{**ADD, "clauses": ["LOCK=NONE"]}]}, "clauses of an operation must not be"),
    ],
)
def test_a_malformed_change_is_refused(wrong: dict[str, Any], text: str) -> None:
    plain = {"name": "0006_mood", "kind": "expand", "operations": [ADD], **wrong}
    with pytest.raises(ValueError, match=f"^change 0006_mood: .*{text}"):
        Change.parse(plain)


def test_a_longer_varchar_takes_more_work_once_its_length_needs_two_bytes() -> None:
    def work(before: str, after: str) -> str:
        return Operation(does="change_type", table="a", column="b", before=before, type=after).work

    assert work("VARCHAR(35)", "varchar(63)") == "widen"
    assert work("VARCHAR(63)", "VARCHAR(64)") == "widen_past_255_bytes"
    assert work("VARCHAR(64)", "VARCHAR(255)") == "widen"
    assert work("VARCHAR(64)", "VARCHAR(63)") == work("VARCHAR(64)", "TEXT") == "change_type"


@pytest.mark.parametrize(
    "text", ["import sqlalchemy", "Table(NAME, metadata)", "Table('a', metadata, Column(ID))"]
)
def test_tables_that_cannot_be_read_are_not_taken_for_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"declares none|must begin with its name"):
        declared("sources 9.0.0", text)
