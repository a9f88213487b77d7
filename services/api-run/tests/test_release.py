"""The header field that says the release."""

from collections.abc import Callable
from typing import Any

import pytest

from ogrom.run.container import Container


@pytest.mark.parametrize("path", ["/health/live", "/nothing", "/v1/de-DE/products/987654321", "/metrics"])
def test_every_response_says_its_release(
    make_container: Callable[..., Container], store: str, path: str
) -> None:
    """Whoever gives it; once."""
    client = make_container(store, said={"release": "3f2a9c1"}).app().test_client()
    assert client.get(path).headers.getlist("Ogrom-Release") == ["3f2a9c1"]


def test_what_nobody_says_is_not_said(client: Any) -> None:
    """An empty field would look like a release without a name."""
    assert "Ogrom-Release" not in client.get("/health/live").headers
