from typing import Any

import pytest

from ogrom.http import Exchange, Resource
from ogrom.http.testing import Request, call

X = Exchange[Any, Any, Any]


class Echo(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return {"context": x.context, "arguments": x.arguments, "link": x.link("other", n=1)}


def test_a_call_gives_the_response_and_the_path() -> None:
    """A test sees what would be sent and which way the decisions went."""
    response, path = call(
        Echo(), context="c", arguments={"n": 7}, links={"other": lambda given: f"/{given['n']}"}
    )
    assert response.content == b'{"context":"c","arguments":{"n":7},"link":"/1"}'
    assert path[0] == "query_well_formed+"
    assert path[-1] == "handle_ok"


def test_the_path_shows_where_it_broke() -> None:
    """A node that raised has no answer, and the exception's handler comes behind it."""

    class Broken(Echo):
        def exists(self, x: X) -> bool:
            raise ValueError

    assert call(Broken()).path[-2:] == ("exists", "handle_exception")


def test_header_names_have_no_case() -> None:
    """A field is found however it is written."""
    assert Request(headers={"X-Thing": "1"}).header("x-thing") == "1"
    assert Request().header("x-thing") is None


def test_requests_are_values() -> None:
    """Two requests of the same parts are equal and hash the same."""
    assert Request(headers={"A": "1"}) == Request(headers={"A": "1"})
    assert hash(Request(headers={"A": "1"})) == hash(Request(headers={"A": "1"}))


def test_content_stops_one_byte_behind_the_limit() -> None:
    """A request gives one byte more than asked for, so that one can tell that there is more."""
    assert Request(body=b"12345").content(3) == b"1234"
    assert Request(body=b"12345").content(9) == b"12345"


def test_content_can_end_too_early() -> None:
    """A request whose content is shorter than its length breaks off where one reads so far."""
    request = Request(body=b"12345", length=9)
    assert request.content(4) == b"12345"
    with pytest.raises(EOFError):
        request.content(5)


def test_the_query_is_part_of_the_target() -> None:
    """The query is what follows the question mark."""
    assert Request(target="/a?b=c").query == "b=c"
    assert Request(target="/a").query == ""
