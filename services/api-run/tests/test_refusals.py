"""What the server refuses, in the application's words."""

from collections.abc import Callable
from typing import Any

import pytest

from ogrom.run.refusals import REFUSED, Refusal

Client = Any


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", "application/problem+json"), ("text/html", "text/html; charset=utf-8")],
)
def test_a_refusal_is_a_problem_in_the_form_that_is_asked_for(client: Client, accept: str, kind: str) -> None:
    """With when to come again, the request's id and the reason."""
    headers = {"Accept": accept, "X-Request-Id": "mine"}
    answer = client.get("/v1/de-DE/", headers=headers, environ_overrides={REFUSED: Refusal("Come later.")})
    assert (answer.status, answer.content_type) == ("503 Service Unavailable", kind)
    assert (answer.headers["Retry-After"], answer.headers["X-Request-Id"]) == ("1", "mine")
    assert "Come later." in answer.text
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_nobody_else_is_asked(
    make_container: Callable[..., Any], store: str, statements: Callable[[Any], list[str]]
) -> None:
    """A refusal costs nothing of what there is too little of."""
    container = make_container(store)
    sent = statements(container)
    client = container.app().test_client()
    assert client.get("/v1/de-DE/products/1", environ_overrides={REFUSED: Refusal("No.")}).status_code == 503
    assert sent == []
    assert client.get("/v1/de-DE/products/1").status_code == 200
    assert sent
