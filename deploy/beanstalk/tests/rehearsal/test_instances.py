"""What instances say of themselves."""

import json

import pytest

from ogrom_deploy.rehearsal.instances import Said, said


@pytest.mark.parametrize(
    ("status", "members", "expected"),
    [
        (200, {"status": "ready", "release": "v1"}, Said("ready", "v1")),
        (503, {"state": "warming", "release": "v1"}, Said("warming", "v1")),
        (503, {"state": "draining", "release": "v1"}, Said("draining", "v1")),
        (503, {"state": "failing"}, Said("failing")),
        (503, {"state": "asleep"}, Said("failing")),
        (503, ["?"], Said("failing")),
        (404, {}, Said("failing")),
    ],
)
def test_readiness_is_read_from_the_answer(status: int, members: object, expected: Said) -> None:
    """By the status, and for what is not ready by its state."""
    assert said(status, json.dumps(members).encode()) == expected


def test_an_answer_that_is_no_json_says_only_its_status() -> None:
    """It may come from anybody."""
    assert said(502, b"<html>") == Said("failing")
    assert said(200, b"\xff") == Said("ready")
