"""Errors outside of resources have the form of all errors."""

import json
import logging
from typing import Any

import flask
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from ogrom.http import Problem
from ogrom.http.flask import explain_errors, problem_response


def test_an_unmatched_url_is_a_problem(client: Client, application: Any, problem: Any) -> None:
    """Where no rule matches, the application says what to do, in the form of all errors."""
    response = client.get("/nowhere?a=b")
    assert problem(response) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Begin at /v1/de-DE/.",
        "instance": "/nowhere?a=b",
        "request_id": response.headers["X-Request-Id"],
    }
    assert client.head("/nowhere").data == b""


def test_a_status_is_told_in_the_words_of_the_rfc(client: Client) -> None:
    """Neither in capitals nor in an older RFC's words (RFC 9110, 15.5.14)."""
    response = client.put("/v1/de-DE/products/1", data=b" " * (2**20 + 1), content_type="application/json")
    assert response.status == "413 Content Too Large"


def test_without_advice_an_unmatched_url_is_a_problem_too(problem: Any) -> None:
    """Werkzeug's own message is shown if there is no better one."""
    app = flask.Flask("bare")
    explain_errors(app)
    response = app.test_client().get("/nowhere")
    assert (response.status_code, problem(response)["title"]) == (404, "Not Found")


def test_errors_of_other_views_are_problems_with_their_fields(client: Client, problem: Any) -> None:
    """What Flask refuses keeps what its status demands."""
    response = client.post("/other")
    assert problem(response)["status"] == 405
    assert {method.strip() for method in response.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


def test_an_exception_outside_of_resources_is_a_problem(
    caplog: pytest.LogCaptureFixture, application: Any, problem: Any
) -> None:
    """A context that cannot be made is a 500 in the form of all errors, logged by Flask."""
    response = application(raising=True).test_client().get("/v1/de-DE/products/7")
    assert problem(response)["status"] == 500
    assert b"secret" not in response.data
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


def test_abort_with_a_response_is_left_alone() -> None:
    """A response that a view made itself is sent as it is."""
    app = flask.Flask("aborting")
    explain_errors(app)

    @app.get("/")
    def view() -> str:
        flask.abort(flask.Response("own", 402))

    assert app.test_client().get("/").data == b"own"


def test_what_is_no_error_is_left_alone() -> None:
    """Only errors are explained; an exception that redirects redirects."""

    class Elsewhere(HTTPException):
        code = 303

    app = flask.Flask("raising")
    explain_errors(app)

    @app.get("/")
    def view() -> str:
        raise Elsewhere

    response = app.test_client().get("/")
    assert (response.status_code, response.mimetype) == (303, "text/html")


def test_a_problem_response_takes_the_problems_status(problem: Any) -> None:
    """A problem with a status of its own keeps it outside of resources too."""
    app = flask.Flask("any")
    with app.test_request_context("/x"):
        response = problem_response(Problem("d", status=410, headers={"Cache-Control": "no-store"}), 404)
    assert response.status_code == 410
    assert response.headers["Cache-Control"] == "no-store"
    assert json.loads(response.data)["instance"] == "/x"
