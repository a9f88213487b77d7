"""`ogrom-api answer`."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom.operations.command_line import Failure
from ogrom.run.cli import cli
from ogrom.run.commands.answer import answer_lines

MODERATOR = {"user": 1, "scopes": ["comments:write", "collages:write", "likes:write", "moderate"]}


def answers(*requests: Mapping[str, Any]) -> list[Any]:
    """What is answered."""
    output = io.StringIO()
    answer_lines(io.StringIO("".join(json.dumps(each) + "\n" for each in requests)), output)
    return [json.loads(each) for each in output.getvalue().splitlines()]


def statuses(*requests: Mapping[str, Any]) -> list[int]:
    return [each["status"] for each in answers(*requests)]


def test_each_request_is_answered_as_the_service_would() -> None:
    """With what it sends; header fields are named in lower case."""
    product, page, packed, ready = answers(
        {"target": "/v1/de-DE/products/1"},
        {"target": "/v1/de-DE/products?limit=2", "headers": {"Accept": "text/html"}},
        {"target": "/v1/de-DE/products/1", "headers": {"Accept": "application/msgpack"}},
        {"target": "/health/ready"},
    )
    assert product["status"] == 200
    assert product["headers"]["content-type"] == "application/json"
    assert json.loads(product["content"])["id"] == 1
    assert page["content"].startswith("<!doctype html>")
    assert (product["is_base64"], packed["is_base64"]) == (False, True)
    assert ready["status"] == 200


def test_a_caller_has_a_token_and_each_request_finds_the_same_data() -> None:
    """What one writes is gone before the next."""
    target = "/v1/de-DE/comments"
    (comments,) = answers({"target": target})
    number = json.loads(comments["content"])["items"][0]["id"]
    delete = {"method": "DELETE", "target": f"{target}/{number}"}
    assert statuses(
        delete,
        {**delete, "caller": {"user": 1}},
        {**delete, "caller": {"user": 10**6, "scopes": ["comments:write"]}},
        {**delete, "caller": MODERATOR},
        {"target": f"{target}/{number}"},
        {**delete, "caller": MODERATOR},
    ) == [401, 403, 403, 204, 200, 204]
    first, second = answers({"target": target}, {"target": target})
    assert first["content"] == second["content"] == comments["content"]


@pytest.mark.parametrize(
    ("manner", "read", "listed", "write"),
    [
        ("absent", 404, 200, 404),
        ("conflicting", 200, 200, 409),
        ("forbidden", 200, 200, 403),
        ("unavailable", 503, 503, 503),
        ("slow", 504, 504, 504),
        ("unconfirmed", 200, 200, 504),
    ],
)
def test_sources_behave_as_a_request_says(manner: str, read: int, listed: int, write: int) -> None:
    """For this request only."""
    (comments,) = answers({"target": "/v1/de-DE/comments"})
    number = json.loads(comments["content"])["items"][0]["id"]
    requests: list[dict[str, Any]] = [
        {"target": f"/v1/de-DE/comments/{number}"},
        {"target": "/v1/de-DE/comments"},
        {"target": f"/v1/de-DE/comments/{number}", "method": "DELETE", "caller": MODERATOR},
    ]
    told = [{**each, "sources": {"*": manner}} for each in requests]
    assert statuses(*told, *requests) == [read, listed, write, 200, 200, 204]


def test_one_source_may_fail_alone() -> None:
    """Nothing is answered from memory. The collage is there; its comments are not."""
    product = {"target": "/v1/de-DE/products/1"}
    assert statuses(product, {**product, "sources": {"products": "slow"}}, product) == [200, 504, 200]
    slow = {"sources": {"comments": "slow"}}
    (collages,) = answers({"target": "/v1/de-DE/collages"})
    collage = json.loads(collages["content"])["items"][0]["links"]["self"]
    assert statuses({"target": collage, **slow}, {"target": f"{collage}/comments", **slow}) == [200, 504]


def test_nothing_is_found_in_each_kind_of_list() -> None:
    """A page, a tree, a number, things by their ids."""
    absent = {"sources": {"*": "absent"}}
    targets = (
        "/v1/de-DE/products",
        "/v1/de-DE/categories",
        "/v1/de-DE/users?ids=1",
        "/v1/de-DE/search?q=kleid",
    )
    for each in answers(*({"target": target, **absent} for target in targets)):
        assert (each["status"], json.loads(each["content"])["items"]) == (200, [])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2 is not a request"),
        ("[]", "line 2 is not a request: Expected `object`, got `array`"),
        ('{"target": "/", "header": {}}', "line 2 is not a request: Object contains unknown field `header`"),
        (
            r'{"target": "/", "headers": {"Accept": "a\r\nb: c"}}',
            "line 2: the header field 'Accept' has a control character",
        ),
        (
            '{"target": "/", "sources": {"*": "dead"}}',
            "line 2: a source cannot be 'dead'; it can be absent, conflicting, forbidden, unavailable, ",
        ),
    ],
)
def test_a_line_that_is_no_request_ends_it(line: str, problem: str) -> None:
    """Those before it are answered."""
    output = io.StringIO()
    with pytest.raises(Failure, match=problem.replace("[", r"\[")):
        answer_lines(io.StringIO(f'{{"target": "/"}}\n{line}\n'), output)
    assert output.getvalue().startswith('{"status":200,')


def test_no_setting_counts() -> None:
    """It is the same everywhere, also where the service could not start."""
    said = CliRunner().invoke(
        cli, ["answer"], input='{"target": "/v1/de-DE/"}\n\n', env={"OGROM_DATABASE_URL": "nonsense://"}
    )
    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["status"] == 200
