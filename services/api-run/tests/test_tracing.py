"""Tracing in the application."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from ogrom.http.trace import TraceKey
from ogrom.operations.secrets import Secret
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings

KEY = "0123456789abcdef" * 2
PATH = "/v1/de-DE/products/1"
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def client_of(store: str) -> Any:
    """Clients of applications with these settings, whose engines end with the test."""
    made: list[Container] = []

    def client_of(**settings: Any) -> Any:
        made.append(Container(settings=Settings(database_url=DatabaseUrl(store), threads=2, **settings)))
        return made[-1].app().test_client()

    yield client_of
    for container in made:
        container.engine().dispose()


def signed(path: str) -> dict[str, str]:
    token = TraceKey(KEY).sign("GET", path, expires=int(time.time()) + 60)
    return {"Ogrom-Trace-Request": token}


def test_by_default_nothing_is_traced(make_container: Callable[..., Container], store: str) -> None:
    """There is no tracer, no header and no page, and no call is recorded."""
    container = make_container(store)
    assert container.operations().tracer is None
    assert "recorded" not in repr(container.sources())
    client = container.app().test_client()
    assert "Ogrom-Trace" not in client.get(PATH, headers=signed(PATH)).headers
    assert client.get("/trace").status_code == 404


def test_with_tracing_on_every_request_has_its_page(client_of: Callable[..., Any]) -> None:
    """It shows the way and the calls of sources; the pages themselves are not traced."""
    client = client_of(trace=True)
    answer = client.get(PATH)
    assert "handle_ok=200" in answer.headers["Ogrom-Trace"]
    page = client.get("/trace")
    assert "Ogrom-Trace" not in page.headers
    (link,) = re.findall(r'href="(/trace/[^"]+)"', page.text)
    assert link.removeprefix("/trace/") in answer.headers["Ogrom-Trace"]
    shown = client.get(link)
    assert shown.content_type == "text/html; charset=utf-8"
    assert "product_by_id(1)" in shown.text
    assert 'id="node-handle_ok" class="node handler status-2 lit"' in shown.text


def test_in_production_signed_requests_are_traced(client_of: Callable[..., Any]) -> None:
    """Whoever signs sees the pages from anywhere, with links that are signed as well."""
    client = client_of(trace_key=Secret(KEY))
    assert "Ogrom-Trace" not in client.get(PATH).headers
    assert "Ogrom-Trace" in client.get(PATH, headers=signed(PATH)).headers
    assert client.get("/trace", environ_overrides=STRANGER).status_code == 403
    page = client.get("/trace", headers=signed("/trace"), environ_overrides=STRANGER).text
    assert PATH in page
    (link,) = re.findall(r'href="(/trace/[^"]+)"', page)
    assert "?token=" in link
    assert client.get(link, environ_overrides=STRANGER).status_code == 200


@pytest.mark.parametrize("key", [None, Secret(KEY)])
def test_operators_see_the_pages_without_a_signature(
    client_of: Callable[..., Any], key: Secret | None
) -> None:
    """A stranger does not, even where everything is traced, and is told what to do."""
    client = client_of(trace=True, trace_key=key)
    assert "Ogrom-Trace" in client.get(PATH).headers
    assert PATH in client.get("/trace").text
    answer = client.get("/trace", environ_overrides=STRANGER)
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    assert ("trace-header GET /trace" if key else "OGROM_OPERATORS") in answer.json["detail"]


def test_what_belongs_to_no_market_is_not_traced(client_of: Callable[..., Any]) -> None:
    """A page's pictures and a balancer's probes would soon push all else out of the last hundred."""
    client = client_of(trace=True)
    assert "Ogrom-Trace" not in client.get("/health/live").headers
    assert "Ogrom-Trace" in client.get("/v1/de-DE/").headers
