"""Application: a Flask that answers requests to mounts without a request context, and explains every error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

import flask
from flask import signals
from werkzeug.exceptions import HTTPException

from ..problem import Problem
from ..renderers import DEFAULT_RENDERERS, Renderer
from ..resource import Resource
from ..response import Response, refusal
from ..routing import Router
from .blueprint import MountRule, View, flask_response
from .wsgi import WsgiRequest, content_of, fields_of, status_line

Gate: TypeAlias = Callable[[WsgiRequest, str | None], Problem | None]
"""Lets a request through, or refuses it with a Problem; gets the blueprint's name, None if no rule matches."""

_RAISED = "ogrom.raised"
# The key in the WSGI environment of what was raised outside Flask, for Flask to explain.

_SIGNALS = (
    signals.request_started,
    signals.request_finished,
    signals.request_tearing_down,
    signals.appcontext_pushed,
    signals.appcontext_popped,
    signals.appcontext_tearing_down,
)


class Application(flask.Flask):
    """A Flask application that calls the mounts of its blueprints directly: no request context, no session.

    It does so for the paths of mounts, as long as every rule is a mount's and nothing takes part in each request: no
    function before or after requests, no receiver of Flask's signals, no TRUSTED_HOSTS, no host matching. Flask
    answers all other requests as usual. So contexts and resources may not use `flask.request` and the like. The first
    request decides it, when Flask allows no more setup either.

    Attributes:
        renderers: the forms of problems that no resource explains.
        parts: answers the requests of batches; by default as all others.
    """

    parts: Callable[..., Iterable[bytes]] | None = None

    def __init__(
        self, *arguments: Any, renderers: tuple[Renderer, ...] = DEFAULT_RENDERERS, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.renderers = renderers
        self._gates: list[Gate] = []
        self.before_request(self._ask_gates)

    def gate(self, gate: Gate) -> None:
        """Call a function before each request is answered, in the order of these calls."""
        self._gates.append(gate)

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        router = self._router
        path = environ.get("PATH_INFO", "")
        found = None if router is None or "HTTP_UPGRADE" in environ else router.match(path)
        # What is not ASCII must still be decoded, and Werkzeug does that.
        if found is None or not path.isascii():
            return super().wsgi_app(environ, start_response)
        (view, mount), arguments = found
        request = WsgiRequest(environ)
        try:
            problem = self._refused(request, mount)
            if problem is None:
                response = view.answer(request, arguments)
            else:
                response = view.refuse(self._refusal(problem, request), request)
            fields = fields_of(response, environ)
        except Exception as error:  # noqa: BLE001  # Flask raises it again and explains it
            environ[_RAISED] = error
            return super().wsgi_app(environ, start_response)
        start_response(status_line(response.status), fields)
        return content_of(response)

    def content_limit(self, environ: dict[str, Any]) -> int:
        """The most bytes of content that a request may have, by its method and path; 0 if none is read.

        For servers that ask before they receive content. What a view of Flask reads is unknown, so for it this is
        the default of resources.

        Args:
            environ: of the request; its content is not looked at.
        """
        if (router := self._router) is None:
            return Resource.body_limit
        path: str = environ.get("PATH_INFO", "")
        if not path.isascii():
            path = path.encode("latin-1").decode(errors="replace")
        # Without strict slashes, Flask answers both.
        found = router.match(path) or router.match(path.removesuffix("/"))
        return 0 if found is None else found[0][0].content_limit(environ["REQUEST_METHOD"])

    @cached_property
    def _router(self) -> Router[tuple[View, str]] | None:
        """A router to all views; None if something needs Flask for every request."""
        self._got_first_request = True
        router: Router[tuple[View, str]] = Router()
        for rule in self.url_map.iter_rules():
            view = self.view_functions.get(rule.endpoint)
            if not (isinstance(rule, MountRule) and isinstance(view, View)):
                return None
            router.add(view.template, view.types, (view, rule.endpoint.rpartition(".")[0]))
        return None if self._has_listeners() else router

    def _has_listeners(self) -> bool:
        """Whether anything takes part in how Flask serves a request."""
        before = [each for each in self.before_request_funcs.get(None, ()) if each != self._ask_gates]
        blueprints = [each for scope, each in self.before_request_funcs.items() if scope is not None and each]
        functions = (
            before,
            blueprints,
            self.after_request_funcs,
            self.teardown_request_funcs,
            self.teardown_appcontext_funcs,
            self.url_value_preprocessors,
        )
        return (
            any(functions)
            or any(signal.receivers for signal in _SIGNALS)
            or self.config["TRUSTED_HOSTS"] is not None
            or self.url_map.host_matching
            or self.subdomain_matching
        )

    def _refused(self, request: WsgiRequest, mount: str | None) -> Problem | None:
        for gate in self._gates:
            problem = gate(request, mount)
            if problem is not None:
                return problem
        return None

    def _refusal(self, problem: Problem, request: WsgiRequest) -> Response:
        return refusal(problem, 403, request, self.renderers)

    def _ask_gates(self) -> flask.Response | None:
        """What Flask does before each of its requests: raise what was raised outside it, and ask the gates."""
        environ = flask.request.environ
        raised = environ.pop(_RAISED, None)
        if raised is not None:
            raise raised
        request = WsgiRequest(environ)
        problem = self._refused(request, flask.request.blueprint)
        if problem is None:
            return None
        refused, view = self._refusal(problem, request), self.view_functions.get(flask.request.endpoint or "")
        return flask_response(view.refuse(refused, request) if isinstance(view, View) else refused, environ)


def problem_response(problem: Problem, status: int) -> flask.Response:
    """A problem document about Flask's current request, for what no resource answers.

    Args:
        status: of the response, if the problem has none.
    """
    request = WsgiRequest(flask.request.environ)
    renderers = getattr(flask.current_app, "renderers", DEFAULT_RENDERERS)
    return flask_response(refusal(problem, status, request, renderers), request.environ)


def explain_errors(app: flask.Flask, *, not_found: Callable[[], Problem] | None = None) -> None:
    """Answer the requests that Flask itself refuses with problem documents instead of HTML.

    Args:
        not_found: explains why no rule matches a URL.
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
