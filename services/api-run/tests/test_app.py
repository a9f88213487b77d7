"""The application as a whole."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from dependency_injector import providers

from ogrom.http import Endpoint, Exchange, Resource

LOCALES = ("de-DE", "en-GB", "fr-FR", "pl-PL")


@pytest.mark.parametrize("locale", LOCALES)
def test_each_market_has_its_own_home(client: Any, locale: str) -> None:
    """The same endpoints speak each market's language."""
    answer = client.get(f"/v1/{locale}/")
    assert answer.json["locale"] == answer.headers["Content-Language"] == locale
    assert answer.json["links"]["comments"] == f"/v1/{locale}/comments"


def test_the_talks_example_is_answered(client: Any) -> None:
    """`GET /v1/de-DE/comments` has comments of that market."""
    answer = client.get("/v1/de-DE/comments")
    assert answer.status_code == 200
    assert answer.json["items"]


@pytest.mark.parametrize("path", ["/v1/xx-XX/comments", "/v1/xx-XX/", "/v1/xx-XX", "/v1/de-de/comments"])
def test_an_unknown_market_is_a_problem_that_lists_the_known_ones(client: Any, path: str) -> None:
    """Whoever mistypes a locale learns which there are."""
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["locales"] == list(LOCALES)
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/", "/v1/de-DE/nothing", "/v1//de-DE/comments"])
def test_any_other_path_is_a_problem_that_leads_home(client: Any, path: str) -> None:
    """No error is in HTML, and no redirect either."""
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "Start at /" in answer.json["detail"]


class _Failing(Resource[None]):
    """Raises where its context says when nobody waits any more."""

    def handle_ok(self, x: Exchange[None]) -> object:
        raise RuntimeError(f"secret {x.context.locale} {x.context.remaining()} {x.context.request_id}")


def test_an_exception_is_logged_once_and_told_to_nobody(
    make_container: Callable[..., Any], store: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets a problem without a word of the traceback."""
    endpoints = providers.Object((Endpoint("failing", "/failing", _Failing()),))
    client = make_container(store, endpoints=endpoints).app().test_client()
    answer = client.get("/v1/de-DE/failing", headers={"X-Request-Id": "abc"})
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert b"secret" not in answer.data
    assert b"Traceback" not in answer.data
    assert caplog.text.count("RuntimeError: secret de-DE") == 1
    assert "abc" in caplog.text


def test_each_request_has_a_deadline(make_container: Callable[..., Any], store: str) -> None:
    """A source learns until when somebody waits."""
    seen = []

    class Seeing(Resource[None]):
        """Remembers the context."""

        def handle_ok(self, x: Exchange[None]) -> object:
            seen.append(x.context)
            return {}

    endpoints = providers.Object((Endpoint("seeing", "/seeing", Seeing()),))
    client = make_container(store, endpoints=endpoints).app().test_client()
    before = time.monotonic()
    client.get("/v1/fr-FR/seeing", headers={"X-Request-Id": "abc"})
    (context,) = seen
    assert (context.locale, context.request_id) == ("fr-FR", "abc")
    assert before + 10.0 <= context.deadline <= time.monotonic() + 10.0


def test_an_error_of_flask_itself_is_a_problem(make_container: Callable[..., Any], store: str) -> None:
    """What goes wrong outside of any resource is no HTML either, and no traceback."""
    app = make_container(store).app()

    def fail() -> None:
        raise RuntimeError("secret")

    app.before_request(fail)
    answer = app.test_client().get("/health/live")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert b"secret" not in answer.data
