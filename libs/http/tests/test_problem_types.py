"""Types of problems: where they are declared, and which a request can end in."""

from typing import Any

import msgspec
import pytest

from ogrom.http import (
    Challenge,
    Endpoint,
    Exchange,
    Mount,
    Problem,
    ProblemType,
    Resource,
    always,
    only_for,
    problems,
    refuses,
)
from ogrom.http.definition import DefinitionError
from ogrom.http.inspect import problem_types, statuses
from ogrom.http.problem_pages import problem_endpoints, types_of
from ogrom.http.testing import Request, call, refusals_are_listed

TAKEN = ProblemType(
    "title-taken", 409, "The title is taken", "Another book has it.", "Take another.", "Momo is taken."
)
CLOSED = ProblemType("shop-closed", 503, "The shop is closed", "It is night.", "Come at nine.")
LOCKED = ProblemType("locked", 423, "It is locked", "Somebody edits it.", "Wait.")
UNKNOWN = ProblemType("unknown-reader", 401, "Nobody knows you", "There is no card.", "Get one.")


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    title: str


class Book(Resource[Any]):
    """A book."""

    exception_problems = {"PUT": (LOCKED,)}  # noqa: RUF012  # for one test

    def exists(self, x: Exchange[Any]) -> bool:
        return True

    def etag(self, x: Exchange[Any]) -> int:
        return 1

    @only_for("PUT")
    @refuses(TAKEN, CLOSED)
    def conflict(self, x: Exchange[Any, Draft]) -> bool | Problem:
        if x.body.title == "late":
            return Problem("Come later.", type=CLOSED)
        return Problem("Momo is taken.", type=TAKEN)

    def put(self, x: Exchange[Any, Draft]) -> None:
        pass

    def handle_ok(self, x: Exchange[Any]) -> object:
        return {}


def named(method: str, resource: type[Resource[Any]] = Book) -> dict[int, list[str]]:
    return {
        status: [each.name for each in types] for status, types in problem_types(resource, method).items()
    }


def test_a_type_has_a_name_that_can_be_a_path_and_an_error() -> None:
    """Both are refused where the type is declared."""
    with pytest.raises(ValueError, match="'Title Taken' needs a name such as 'stale-revision'"):
        ProblemType("Title Taken", 409, "", "", "")
    with pytest.raises(ValueError, match="has the status 200; use one from 400 to 599"):
        ProblemType("fine", 200, "", "", "")


def test_a_problem_says_the_types_path_title_and_status() -> None:
    """The title is the type's, so that it is the same every time; the node's status gives way."""
    response = call(
        Book(), "PUT", content=b'{"title": "late"}', headers={"Content-Type": "application/json"}
    ).response
    document = msgspec.json.decode(response.content)
    assert (response.status, document["status"]) == (503, 503)
    assert (document["type"], document["title"]) == ("/problems/shop-closed", "The shop is closed")
    assert Problem("x", title="Mine", type=TAKEN).members(409)["title"] == "The title is taken"
    assert Problem("x", type=TAKEN, status=410).status_or(403) == 410


def test_an_example_is_a_whole_document() -> None:
    """With the members that problems of the type have."""
    assert problems.NOT_ACCEPTABLE.document() == {
        "type": "/problems/not-acceptable",
        "title": "None of the accepted forms is available",
        "status": 406,
        "detail": "Accept one of application/json, application/msgpack.",
        "available": ["application/json", "application/msgpack"],
    }


def test_what_a_request_can_end_in_follows_from_the_graph() -> None:
    """What is folded away for a method cannot refuse it; what refuses for good can."""
    assert named("GET") == {
        400: ["invalid-query"],
        406: ["not-acceptable"],
        412: ["no-entity-tag", "stale-revision"],
    }
    assert named("PUT") == {
        400: ["content-range-not-supported", "invalid-query", "malformed-content"],
        406: ["not-acceptable"],
        409: ["title-taken"],
        412: ["if-none-match-failed", "no-entity-tag", "stale-revision"],
        413: ["content-too-large"],
        415: ["unsupported-content-coding", "unsupported-media-type"],
        422: ["invalid-content"],
        423: ["locked"],
        503: ["shop-closed"],
    }
    assert {423, 503} <= statuses(Book, "PUT").keys()

    class Careful(Book):
        precondition_required = always(True)
        conflict = always(False)

    assert named("PUT", Careful)[428] == ["if-match-required"]
    assert 409 not in named("PUT", Careful)


def test_a_challenge_has_a_type_too() -> None:
    """That of the resource stands where `authorized` gives none."""

    class Library(Book):
        challenge = Challenge("Bearer", type=UNKNOWN)

        def authorized(self, x: Exchange[Any]) -> bool:
            return False

    assert named("GET", Library)[401] == ["unknown-reader"]
    document = msgspec.json.decode(call(Library()).response.content)
    assert document["type"] == "/problems/unknown-reader"


@pytest.mark.parametrize(
    ("method", "headers", "type_"),
    [
        ("PUT", {"If-Match": '"2"'}, "/problems/stale-revision"),
        ("PUT", {"If-None-Match": "*"}, "/problems/if-none-match-failed"),
        ("GET", {"If-Match": '"2"'}, "/problems/stale-revision"),
        ("PUT", {"Content-Encoding": "gzip"}, "/problems/unsupported-content-coding"),
        ("PUT", {"Content-Type": "text/plain"}, "/problems/unsupported-media-type"),
        ("PUT", {"Content-Range": "bytes 0-1/2"}, "/problems/content-range-not-supported"),
        ("PUT", {"Accept": "image/png"}, "/problems/not-acceptable"),
        ("PUT", {}, "/problems/title-taken"),
        ("DELETE", {}, "about:blank"),
    ],
)
def test_each_refusal_says_its_type(method: str, headers: dict[str, str], type_: str) -> None:
    """And the description lists it."""
    fields = {"Content-Type": "application/json", **headers}
    with refusals_are_listed():
        response = call(Book(), method, content=b'{"title": "Momo"}', headers=fields).response
    assert msgspec.json.decode(response.content)["type"] == type_


def test_a_type_that_nobody_lists_is_told_to_the_author() -> None:
    """After the block, with what to write."""

    class Forgetful(Book):
        def conflict(self, x: Exchange[Any, Draft]) -> Problem:
            return Problem("Momo is taken.", type=TAKEN)

    with pytest.raises(AssertionError, match="write `@refuses` above"), refusals_are_listed():
        call(Forgetful(), "PUT", content=b'{"title": ""}', headers={"Content-Type": "application/json"})


def test_each_type_has_a_page() -> None:
    """What has happened, what to do and an example; the list leads to all of them."""
    types = types_of((Endpoint("book", "/book", Book()),))
    mount = Mount("", problem_endpoints((*types, *types)))
    everything, one = mount.endpoints

    def shown(endpoint: Endpoint, **arguments: object) -> Any:
        response = mount.respond(endpoint, Request(), context=None, arguments=arguments)
        return response.status if response.status != 200 else msgspec.json.decode(response.content)

    items = shown(everything)["items"]
    assert [each["type"] for each in items] == sorted(each.path for each in types)
    assert {TAKEN, CLOSED, LOCKED, problems.STALE_REVISION} <= {*types}
    assert items[-1]["links"]["self"] == items[-1]["type"]
    page = shown(one, name="title-taken")
    assert (page["title"], page["what_happened"], page["how_to_fix_it"]) == (
        TAKEN.title,
        TAKEN.about,
        TAKEN.fix,
    )
    assert page["example"] == {**TAKEN.document()}
    assert shown(one, name="unheard-of") == 404


def test_two_types_of_one_name_are_refused() -> None:
    """Their page could explain only one of them."""
    other = ProblemType("locked", 423, "Locked", "", "")
    with pytest.raises(DefinitionError, match="two types of problems have the name 'locked'"):
        problem_endpoints((LOCKED, other))
