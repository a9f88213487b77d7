"""Errors: what Flask itself refuses, as problem documents."""

from __future__ import annotations

from collections.abc import Callable

import flask
from werkzeug.exceptions import HTTPException

from ..problem import Problem
from ..reply import Response, refusal
from .views import flask_response
from .wsgi import WsgiRequest


def problem_response(problem: Problem, status: int) -> flask.Response:
    """A problem document about the present request, for what no resource answers.

    Args:
        problem: what is wrong.
        status: of the response, where the problem has none.
    """
    request = WsgiRequest(flask.request.environ)
    return flask_response(refusal(problem, status, request), request.environ)


def explain_errors(app: flask.Flask, *, not_found: Callable[[], Problem] | None = None) -> None:
    """Answer what Flask itself refuses with problem documents, in place of HTML.

    Args:
        app: the application.
        not_found: says why there is nothing at a URL that no rule matches.
    """

    def explain(error: HTTPException) -> flask.Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        request = WsgiRequest(flask.request.environ)
        if (request.method, request.target) == ("OPTIONS", "*"):  # is about no resource (RFC 9110, 9.3.7)
            return flask_response(Response(200, {"Content-Length": "0"}), request.environ)
        if status == 404 and not_found is not None:
            return problem_response(not_found(), status)
        headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
        return problem_response(Problem(error.description or "", headers=headers), status)

    app.register_error_handler(HTTPException, explain)
