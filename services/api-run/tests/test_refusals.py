"""What the server refuses, in the application's words."""

from typing import Any

import pytest

from ogrom.run.refusals import refusing
from ogrom.run.served import Served
from ogrom.server import Refusal

BUSY = Refusal(503, "Come later.", retry_after=1)


class Notes:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def begin(self, served: Served) -> None:
        self.told.append("begin")

    def end(self, served: Served) -> None:
        self.told.append((served.environ["REQUEST_METHOD"], served.status, served.sent, served.refused))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", "application/problem+json"), ("text/html", "text/html; charset=utf-8")],
)
def test_a_refusal_is_a_problem_in_the_form_that_is_asked_for(accept: str, kind: str) -> None:
    """With when to come again, the request's id, the release and the reason."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_ACCEPT": accept, "HTTP_X_REQUEST_ID": "mine"}
    fields, content = refusing([], "r1")(BUSY, environ)
    said = dict(fields)
    assert (said["Content-Type"], said["Retry-After"], said["X-Request-Id"]) == (kind, "1", "mine")
    assert said["Ogrom-Release"] == "r1"
    assert b"Come later." in content


@pytest.mark.parametrize("environ", [{}, {"REMOTE_ADDR": "192.0.2.7"}])
def test_what_nobody_could_read_is_a_problem_too(environ: dict[str, Any]) -> None:
    """Told in JSON, and of no release where nobody says which."""
    fields, content = refusing([], "")(Refusal(400, "This is no HTTP."), environ)
    assert dict(fields)["Content-Type"] == "application/problem+json"
    assert "Ogrom-Release" not in dict(fields)
    assert b"This is no HTTP." in content


def test_refusals_are_logged_and_counted() -> None:
    """But not what the application has failed with, since it has told of that itself."""
    notes = Notes()
    refuse = refusing([notes], "")
    _, content = refuse(BUSY, {"REQUEST_METHOD": "POST", "PATH_INFO": "/"})
    assert notes.told == ["begin", ("POST", 503, len(content), True)]
    notes.told.clear()
    refuse(Refusal(400, "This is no HTTP."), {})
    assert notes.told[1][:2] == ("-", 400)
    notes.told.clear()
    refuse(Refusal(500, "A mistake."), {"REQUEST_METHOD": "GET", "PATH_INFO": "/"})
    assert notes.told == []
