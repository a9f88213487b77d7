"""Security headers: on everything that is sent, and never in place of what a page says itself."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from ogrom.run.container import Container

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    "path",
    ["/", "/v1/de-DE/products/1", "/v1/de-DE/products/999999", "/nothing", "/health/live", "/favicon.ico"],
)
@pytest.mark.parametrize("headers", [{}, HTML])
def test_every_response_can_do_little(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    """It is of the type that it says, stands in no frame, and tells no other site where it was read."""
    answer = client.get(path, headers=headers)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert ("Permissions-Policy" in answer.headers) is (answer.mimetype == "text/html")


def test_a_page_keeps_its_own_policy(client: FlaskClient) -> None:
    """With the hashes of its style and script, without which it would show nothing."""
    page = client.get("/v1/de-DE/products/1", headers=HTML)
    assert "script-src 'sha256-" in page.headers["Content-Security-Policy"]
    assert len(page.headers.getlist("Content-Security-Policy")) == 1
    assert "script-src 'self'" in client.get("/docs").headers["Content-Security-Policy"]


def test_https_is_promised_where_that_is_set(make_container: Callable[..., Container], store: str) -> None:
    """By an operator who knows that it is there, and not by default."""
    secure = make_container(store, said={"hsts": 31536000}).app().test_client()
    assert secure.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"
    plain = make_container(store).app().test_client()
    assert "Strict-Transport-Security" not in plain.get("/").headers
