"""Security headers: on every response, and never in place of what a resource says itself."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from ogrom.operations.access.security_headers import security_headers

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/v1/things/1", "/v1/things/999", "/nothing", "/health/live"])
@pytest.mark.parametrize("headers", [{}, HTML])
def test_every_response_has_them(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    """It is of the type that it says, stands in no frame, and tells no other site where it was read."""
    answer = client.get(path, headers=headers)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("Permissions-Policy" in answer.headers) is (answer.mimetype == "text/html")


def test_what_the_resource_says_stays() -> None:
    """All else is added."""
    fields = [("Content-Type", "text/html"), ("Content-Security-Policy", "script-src 'self'")]
    security_headers(0)({}, fields)
    assert [value for name, value in fields if name == "Content-Security-Policy"] == ["script-src 'self'"]
    assert {name for name, _ in fields} > {"X-Content-Type-Options", "Permissions-Policy", "Referrer-Policy"}


def test_https_is_promised_if_that_is_set(make_service: Callable[..., Any], client: FlaskClient) -> None:
    """By an operator who knows that it is there, and not by default."""
    secure = make_service(hsts=31536000).app.test_client()
    assert secure.get("/health/live").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/health/live").headers
