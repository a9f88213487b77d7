"""Application: Flask, which answers what mounts serve without the objects that nobody there asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeAlias

import flask
from flask import signals

from ..problem import Problem
from ..reply import refusal
from ..resource import Resource
from ..routes import Routes
from .blueprints import MountRule
from .views import View, flask_response
from .wsgi import WsgiRequest, content_of, fields_of, status_line

Gate: TypeAlias = Callable[[WsgiRequest, str | None], Problem | None]
"""Lets a request through, or refuses it with a Problem; is told the blueprint, None where no rule matches."""

_RAISED = "ogrom.raised"
# Where the WSGI environment has what was raised without Flask, for Flask to explain.

_SIGNALS = (
    signals.request_started,
    signals.request_finished,
    signals.request_tearing_down,
    signals.appcontext_pushed,
    signals.appcontext_popped,
    signals.appcontext_tearing_down,
)


class Application(flask.Flask):
    """A Flask application that asks the mounts of its blueprints straight: no request context, no session.

    It does so for the paths that mounts serve, while every rule is a mount's and nobody listens: no function
    before or after requests, no receiver of Flask's signals, no TRUSTED_HOSTS, no matching of hosts. Everything
    else is Flask's affair as ever. So contexts and resources may not use `flask.request` and its like. It is
    found out with the first request, when Flask allows no more setup either.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As Flask's."""
        super().__init__(*arguments, **options)
        self._gates: list[Gate] = []
        self.before_request(self._at_the_gates)

    def gate(self, gate: Gate) -> None:
        """Have a function asked before each request is answered, in the order of these calls."""
        self._gates.append(gate)

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        routes = self._routes
        path = environ.get("PATH_INFO", "")
        found = None if routes is None or "HTTP_UPGRADE" in environ else routes.find(path)
        # What is not ASCII has still to be decoded, and Werkzeug knows how.
        if found is None or not path.isascii():
            return super().wsgi_app(environ, start_response)
        (view, mount), arguments = found
        request = WsgiRequest(environ)
        try:
            problem = self._refused(request, mount)
            response = view.answer(request, arguments) if problem is None else refusal(problem, 403, request)
            fields = fields_of(response, environ)
        except Exception as error:  # noqa: BLE001  # it is raised again where Flask explains it
            environ[_RAISED] = error
            return super().wsgi_app(environ, start_response)
        start_response(status_line(response.status), fields)
        return content_of(response)

    def content_limit(self, environ: dict[str, Any]) -> int:
        """The most bytes of content that a request may have, by its method and path; 0 where nobody reads any.

        For a server that asks before it receives content. What a view of Flask's own may read is not known, so there
        it is what a resource allows by default.

        Args:
            environ: of the request; its content is not looked at.
        """
        if (routes := self._routes) is None:
            return Resource.body_limit
        path: str = environ.get("PATH_INFO", "")
        found = routes.find(path if path.isascii() else path.encode("latin-1").decode(errors="replace"))
        return 0 if found is None else found[0][0].content_limit(environ["REQUEST_METHOD"])

    @cached_property
    def _routes(self) -> Routes[tuple[View, str]] | None:
        """The routes to all views; None where something needs Flask for every request."""
        self._got_first_request = True
        routes: Routes[tuple[View, str]] = Routes()
        for rule in self.url_map.iter_rules():
            view = self.view_functions.get(rule.endpoint)
            if not (isinstance(rule, MountRule) and isinstance(view, View)):
                return None
            routes.add(view.template, view.types, (view, rule.endpoint.rpartition(".")[0]))
        return None if self._is_heard() else routes

    def _is_heard(self) -> bool:
        """Whether somebody takes part in how Flask serves a request."""
        before = [each for each in self.before_request_funcs.get(None, ()) if each != self._at_the_gates]
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

    def _at_the_gates(self) -> flask.Response | None:
        """What Flask does before each request that comes to it: raise what was raised already, and ask."""
        environ = flask.request.environ
        raised = environ.pop(_RAISED, None)
        if raised is not None:
            raise raised
        request = WsgiRequest(environ)
        problem = self._refused(request, flask.request.blueprint)
        return None if problem is None else flask_response(refusal(problem, 403, request), environ)
