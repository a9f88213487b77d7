from types import MappingProxyType
from typing import Any

import pytest

from ogrom.http import Exchange, Resource, always
from ogrom.http.inspect import AnsweredNode, Outcome, decisions
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]


class Shelf(Resource[object]):
    """It can be read and filled."""

    conflict = always(False)

    def exists(self, x: X) -> object:
        return None if "missing" in x.request.target else {"n": 1}

    def put(self, x: Exchange[Any, int]) -> object:
        return x.body

    def handle_ok(self, x: X) -> object:
        return x.entity


class Broken(Shelf):
    def exists(self, x: X) -> object:
        raise ValueError


SHELF = """\
# Shelf

| node      | answer        |
| --------- | ------------- |
| exists    | method        |
| conflict  | always(False) |
| put       | method        |
| handle_ok | method        |

## GET, HEAD

| status | handler                    | where                                              |
| ------ | -------------------------- | -------------------------------------------------- |
| 200    | handle_ok                  | a plain request                                    |
| 304    | handle_not_modified        | if_none_match_exists+ if_none_match_star+          |
|        |                            | or if_none_match_exists+ etag_matches_for_if_none+ |
| 400    | handle_malformed           | query_well_formed-                                 |
| 404    | handle_not_found           | exists-                                            |
| 406    | handle_not_acceptable      | accept_exists+ media_type_available-               |
|        |                            | or accept_encoding_exists+ encoding_available-     |
| 412    | handle_precondition_failed | if_match_exists+ etag_matches_for_if_match-        |
| 500    | handle_exception           | an exception                                       |

## PUT

| status | handler                         | where                                              |
| ------ | ------------------------------- | -------------------------------------------------- |
| 201    | handle_created                  | exists-                                            |
| 204    | handle_no_content               | a plain request                                    |
| 400    | handle_malformed                | query_well_formed-                                 |
|        |                                 | or body_well_formed-                               |
| 404    | handle_not_found                | exists- can_put_to_missing-                        |
| 406    | handle_not_acceptable           | accept_exists+ media_type_available-               |
|        |                                 | or accept_encoding_exists+ encoding_available-     |
| 412    | handle_precondition_failed      | exists- if_match_star_exists_for_missing+          |
|        |                                 | or if_match_exists+ etag_matches_for_if_match-     |
|        |                                 | or if_none_match_exists+ if_none_match_star+       |
|        |                                 | or if_none_match_exists+ etag_matches_for_if_none+ |
| 413    | handle_request_entity_too_large | valid_entity_length-                               |
| 415    | handle_unsupported_media_type   | known_content_type-                                |
| 422    | handle_unprocessable_entity     | body_valid-                                        |
| 500    | handle_exception                | an exception                                       |

## OPTIONS

| status | handler          | where           |
| ------ | ---------------- | --------------- |
| 200    | handle_options   | a plain request |
| 500    | handle_exception | an exception    |
"""


def test_decisions_are_good_to_read() -> None:
    """As a text, they are a snapshot that one reads as it stands in a test."""
    assert str(decisions(Shelf)) == SHELF


def test_decisions_are_values() -> None:
    """The class says it all, so its resources have the same decisions."""
    told = decisions(Shelf())
    assert told == decisions(Shelf)
    assert told.answers[:2] == (AnsweredNode("exists", "method"), AnsweredNode("conflict", "always(False)"))
    assert told.outcomes["GET"][3] == Outcome(404, "handle_not_found", (("exists-",),))


TARGETS = {"exists-": "/missing"}
HEADERS = {
    "if_none_match_exists+": {"If-None-Match": '"v1"'},
    "if_none_match_star+": {"If-None-Match": "*"},
    "accept_exists+": {"Accept": "image/png"},
    "accept_encoding_exists+": {"Accept-Encoding": "*;q=0"},
    "if_match_exists+": {"If-Match": '"other"'},
    "if_match_star_exists_for_missing+": {"If-Match": "*"},
    "known_content_type-": {"Content-Type": "text/plain"},
}
CONTENTS = {"body_well_formed-": b"{", "body_valid-": b'""'}


class Tagged(Shelf):
    def etag(self, x: X) -> str:
        return "v1"


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_each_way_is_one(method: str) -> None:
    """A request that gets just these answers ends in the status that they stand under."""
    for outcome in decisions(Tagged).outcomes[method]:
        for way in outcome.routes:
            if {"can_put_to_missing-", "valid_entity_length-"} & set(way):
                continue  # only another class, or much content, answers that
            content = next((CONTENTS[answer] for answer in way if answer in CONTENTS), b"1")
            headers = {"Content-Type": "application/json"}
            for answer in way:
                headers |= HEADERS.get(answer, {})
            target = TARGETS.get(way[0], "/?a=b" if "query_well_formed-" in way else "/") if way else "/"
            called = call(Tagged(), method, headers=headers, content=content, target=target)
            assert (called.response.status, called.path[-1]) == (outcome.status, outcome.handler)
            called.path.assert_walked(*way)


def test_new_follows_from_exists_unless_it_is_answered() -> None:
    """By default only what was missing is new; a class that says otherwise can say so for anything."""

    class Renewing(Shelf):
        def new(self, x: X) -> bool:
            return True

    def created(resource: type[Resource[Any]]) -> object:
        return next(each.routes for each in decisions(resource).outcomes["PUT"] if each.status == 201)

    assert created(Shelf) == (("exists-",),)
    assert created(Renewing) == (("new+",),)


def test_an_exception_can_come_from_anywhere() -> None:
    """So a 500 has no route of its own."""
    (outcome,) = (each for each in decisions(Broken).outcomes["GET"] if each.status == 500)
    assert outcome == Outcome(500, "handle_exception", ())
    assert call(Broken()).path[-1] == outcome.handler


def test_exceptions_that_a_class_explains_are_told() -> None:
    """What `handle_exception` makes of them is declared, since the graph cannot know it."""

    class Explaining(Shelf):
        exception_statuses = MappingProxyType({"GET": (503, 504)})

    ends = [each.status for each in decisions(Explaining).outcomes["GET"] if not each.routes]
    assert ends == [500, 503, 504]
