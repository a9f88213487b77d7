"""What a source's failure means to a client."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from ogrom.protocols.errors import (
    BadCursor,
    Conflict,
    Forbidden,
    SourceError,
    Timeout,
    Unavailable,
    Unconfirmed,
)

Failing = Callable[[Exception], FlaskClient]

READS = ["/de/products", "/de/products/1", "/de/categories", "/de/collages/11/likes", "/de/search?q=a"]


@pytest.mark.parametrize("url", READS)
@pytest.mark.parametrize(
    ("error", "status", "type_"),
    [(Unavailable, 503, "/problems/data-unavailable"), (Timeout, 504, "/problems/data-timeout")],
)
def test_what_may_work_later_says_when(
    failing: Failing, url: str, error: type[SourceError], status: int, type_: str
) -> None:
    """A source that is away is a 503, one that is late a 504, both with Retry-After."""
    response = failing(error("mysql-3.internal", "access denied for root")).get(url)
    assert (response.status_code, response.get_json()["type"]) == (status, type_)
    assert response.headers["Retry-After"] == "5"
    assert "5 seconds" in response.get_json()["detail"]


@pytest.mark.parametrize(
    ("known", "told"),
    [(0.0, "1 second."), (0.2, "1 second."), (2.5, "3 seconds."), (60.0, "60 seconds.")],
)
def test_a_source_may_know_when_it_is_worth_trying(failing: Failing, known: float, told: str) -> None:
    """Whole seconds, rounded up: an earlier retry would be refused again."""
    response = failing(Unavailable("products", "circuit open", retry_after=known)).get("/de/products")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == told.split(maxsplit=1)[0]
    assert response.get_json()["detail"].endswith(f"try again in {told}")


def test_the_sources_words_stay_inside(failing: Failing) -> None:
    """Neither its name nor its message is told to a client."""
    text = failing(Unavailable("mysql-3.internal", "access denied for root")).get("/de/products").text
    assert "mysql" not in text
    assert "root" not in text


@pytest.mark.parametrize("error", [SourceError("products", "?"), ZeroDivisionError("?")])
def test_a_failure_of_no_known_kind_is_a_500(failing: Failing, error: Exception) -> None:
    """Nobody can tell the client what to do about it."""
    assert failing(error).get("/de/products/1").status_code == 500


def test_a_bad_cursor_names_the_parameter(failing: Failing) -> None:
    """A cursor that the source does not know is the client's mistake."""
    response = failing(BadCursor("products", "no")).get("/de/products?cursor=x")
    assert response.status_code == 400
    assert response.get_json()["errors"] == [
        {"parameter": "cursor", "detail": "cursor is not from this list"}
    ]
    assert response.get_json()["type"] == "/problems/bad-cursor"


@pytest.mark.parametrize(("headers", "status"), [({}, 409), ({"If-Match": "*"}, 412)])
def test_a_conflict_is_a_lost_race(failing: Failing, headers: dict[str, str], status: int) -> None:
    """It is a 412 if the request named a state, and a 409 otherwise."""
    response = failing(Conflict("comments", "gone")).delete("/de/comments/21", headers=headers)
    assert response.status_code == status
    assert response.get_json()["type"] == (
        "/problems/stale-revision" if headers else "/problems/conflicting-change"
    )


def test_a_store_may_forbid_a_write(failing: Failing) -> None:
    """Another service's refusal is a 403 and no failure; its words stay inside."""
    response = failing(Forbidden("comments", "user 2 is banned")).delete("/de/comments/21")
    assert (response.status_code, response.get_json()["type"]) == (403, "/problems/store-forbids")
    assert "banned" not in response.text


def test_nobody_is_told_to_repeat_a_write_that_may_be_stored(failing: Failing) -> None:
    """It has a type of its own, and no Retry-After, which programs obey without a look."""
    response = failing(Unconfirmed("comments", "no answer to the COMMIT")).delete("/de/comments/21")
    document = response.get_json()
    assert (response.status_code, document["type"]) == (504, "/problems/write-unconfirmed")
    assert "Retry-After" not in response.headers
    assert "may or may not have been stored" in document["detail"]
    assert "try again" not in document["detail"]
