"""Requests and answers as people and programs read them."""

import json

from ogrom_tools.witness.messages import Answer, Caller, Request

WRITE = Request(
    "PUT",
    "/v1/de-DE/collages/5?x=1",
    (("If-Match", '"1"'), ("Content-Type", "application/json")),
    '{"title": "It\'s new"}',
    Caller(145, ("collages:write", "moderate")),
    (("*", "slow"), ("users", "absent")),
)


def test_people_can_copy_a_request() -> None:
    """The token is made by the command that makes tokens for development."""
    assert str(WRITE) == (
        "curl -X PUT '/v1/de-DE/collages/5?x=1' -H 'If-Match: \"1\"' -H 'Content-Type: application/json' "
        '-H "Authorization: Bearer $(ogrom-api token --user 145 --scope collages:write --scope moderate)" '
        """-d '{"title": "It'"'"'s new"}'   while every source is slow, users is absent"""
    )
    assert str(Request("GET", "/v1/de-DE/")) == "curl /v1/de-DE/"


def test_programs_get_only_what_a_request_has() -> None:
    assert json.loads(Request("GET", "/").asked()) == {"method": "GET", "target": "/"}
    assert json.loads(WRITE.asked()) == {
        "method": "PUT",
        "target": "/v1/de-DE/collages/5?x=1",
        "headers": {"If-Match": '"1"', "Content-Type": "application/json"},
        "content": '{"title": "It\'s new"}',
        "caller": {"user": 145, "scopes": ["collages:write", "moderate"]},
        "sources": {"*": "slow", "users": "absent"},
    }


def test_header_fields_come_and_go() -> None:
    """Their names have no case."""
    assert WRITE.lacking("if-match").headers == (("Content-Type", "application/json"),)
    assert dict(WRITE.having(Content_Type="text/plain").headers)["Content-Type"] == "text/plain"


def test_a_query_grows() -> None:
    assert Request("GET", "/a").with_query(b="1").with_query(c="2").target == "/a?b=1&c=2"


def test_a_refusal_says_what_is_wrong_and_where() -> None:
    def refused(**problem: object) -> str:
        return str(Answer(400, {"content-type": "application/problem+json"}, json.dumps(problem)))

    assert refused(title="Bad Request") == "400 Bad Request"
    assert refused(title="Bad Request", detail="No.") == "400 No."
    assert refused(errors=[{"parameter": "limit", "detail": "Unknown"}]) == "400 limit: Unknown"
    assert refused(errors=[{"pointer": "#/a/title", "detail": "title is short"}]) == "400 title is short"
    assert str(Answer(200, {"content-type": "application/json"}, '{"detail": "x"}')) == "200"
    assert str(Answer(404, {"content-type": "text/html"}, "<html>")) == "404"
