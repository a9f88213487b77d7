import pytest

from ogrom.http import Challenge, Fault, Problem, invalid_fields
from ogrom.http.problem import phrase


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, "Bad Request"),
        (404, "Not Found"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (422, "Unprocessable Content"),
        (428, "Precondition Required"),
        (503, "Service Unavailable"),
        (499, ""),
    ],
)
def test_phrases_are_those_of_the_rfc(status: int, expected: str) -> None:
    """A status is called the same in every version of Python, as RFC 9110 calls it."""
    assert phrase(status) == expected


def test_members_that_are_empty_are_left_out() -> None:
    """A problem without words still says its type, its title and its status."""
    assert Problem().members(404) == {"type": "about:blank", "title": "Not Found", "status": 404}
    assert Problem().members(499) == {"type": "about:blank", "status": 499}


def test_members_of_the_request_and_extensions_follow() -> None:
    """The request's members and the extensions follow those that every problem has."""
    problem = Problem("d", "t", "/kinds/1", extensions={"n": 0, "none": None})
    assert problem.members(400, instance="/x") == {
        "type": "/kinds/1",
        "title": "t",
        "status": 400,
        "detail": "d",
        "instance": "/x",
        "n": 0,
        "none": None,
    }


def test_problems_and_challenges_are_values() -> None:
    """Equal parts make equal problems, with equal hashes though they hold mappings."""
    assert Problem("a", extensions={"n": [1]}) == Problem("a", extensions={"n": [1]})
    assert Problem("a", extensions={"n": [1]}) != Problem("a")
    assert hash(Problem("a", extensions={"n": [1]})) == hash(Problem("a", extensions={"n": [1]}))
    assert hash(Challenge("Basic", {"realm": "a"})) == hash(Challenge("Basic", {"realm": "a"}))


def test_faults_are_listed_under_the_name_of_their_place() -> None:
    """A fault of content has a pointer, one of a query a parameter."""
    assert invalid_fields("parameter", (Fault("limit", "Unknown"),), "d").extensions == {
        "errors": [{"parameter": "limit", "detail": "Unknown"}]
    }


@pytest.mark.parametrize(
    ("challenge", "expected"),
    [
        (Challenge(), "Bearer"),
        (Challenge("Basic", {"realm": "a", "charset": "UTF-8"}), 'Basic realm="a", charset="UTF-8"'),
        (Challenge("Basic", {"realm": 'a\\b"c'}), r'Basic realm="a\\b\"c"'),
    ],
)
def test_challenges_are_quoted(challenge: Challenge, expected: str) -> None:
    """Parameters of a challenge are quoted strings (RFC 9110, 11.2)."""
    assert str(challenge) == expected
