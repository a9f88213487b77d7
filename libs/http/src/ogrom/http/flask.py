"""Flask: mounts as blueprints, and every error of the application as a problem document."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple
from urllib.parse import quote

import flask
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing import BaseConverter, Rule, ValidationError
from werkzeug.wsgi import get_input_stream

from .definition import DefinitionError, path_parameters
from .endpoint import Endpoint, Mount
from .exchange import Request
from .links import VARIABLE
from .problem import Problem, phrase
from .reply import Response, refusal
from .trace.tracer import Tracer

__all__ = ["ANSWERED", "Answered", "WsgiRequest", "blueprint", "explain_errors", "problem_response"]

REQUEST_ID = "ogrom.request_id"
ANSWERED = "ogrom.answered"
"""Where the WSGI environment has an Answered once a resource has answered."""
CONVERTER = "ogrom_positive"
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Answered(NamedTuple):
    """Who answered a request, for middleware that writes logs or counts.

    Attributes:
        mount: the name of the blueprint.
        endpoint: the name of the endpoint.
        handler: the node of the graph where the request ended.
    """

    mount: str
    endpoint: str
    handler: str


class PositiveConverter(BaseConverter):
    """A positive integer below 2**63 in its one spelling: no sign, no leading zero, ASCII digits."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        """The number; ValidationError, so 404, if it is too large."""
        number = int(value)
        if number >= 2**63:
            raise ValidationError
        return number


class WsgiRequest:
    """A request as WSGI has it (PEP 3333), read no further than asked.

    Attributes:
        environ: all that the server and its middleware say of it.
    """

    __slots__ = ("_read", "_stream", "environ", "method", "query", "root")

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ
        self._read = b""
        self._stream: Any = None
        self.method: str = environ["REQUEST_METHOD"]
        self.query: str = environ.get("QUERY_STRING", "")
        self.root: str = environ.get("SCRIPT_NAME", "").rstrip("/")

    @property
    def id(self) -> str:
        """The client's X-Request-Id if it is a short plain word, otherwise a new one of 16 hex digits."""
        return request_id(self.environ)

    @property
    def target(self) -> str:
        """The path and query as they were sent or, if the server does not tell, as they could have been."""
        raw: str | None = self.environ.get("REQUEST_URI") or self.environ.get("RAW_URI")
        if raw:
            return raw
        path = quote(
            self.root + self.environ.get("PATH_INFO", ""), safe="/%:@!$&'()*+,;=~", encoding="latin-1"
        )
        return f"{path}?{self.query}" if self.query else path

    def header(self, name: str) -> str | None:
        """The field's value."""
        value: str | None = self.environ.get(_key(name))
        return value

    def content(self, limit: int) -> bytes:
        """At most `limit` + 1 bytes of the content.

        Raises:
            EOFError: the client sends less than its Content-Length.
        """
        if self._stream is None:
            self._stream = get_input_stream(self.environ)
        try:
            while len(self._read) <= limit and (more := self._stream.read(limit + 1 - len(self._read))):
                self._read += more
        except ClientDisconnected as error:
            raise EOFError from error
        return self._read[: limit + 1]


@cache
def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def request_id(environ: dict[str, Any]) -> str:
    """The name of a request, the same for everybody who asks while it is served."""
    if REQUEST_ID not in environ:
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        environ[REQUEST_ID] = sent if ACCEPTABLE_ID.fullmatch(sent) else os.urandom(8).hex()
    known: str = environ[REQUEST_ID]
    return known


class _PlainResponse(flask.Response):
    """A response that says nothing of its own; given its content in a list, not even how long that is."""

    default_mimetype = None


def _sent(response: Response, request: Request) -> flask.Response:
    headers = {
        **response.headers,
        "X-Request-Id": request.id,
    }  # a copy: a handler may return one Response twice
    return _PlainResponse([response.content], f"{response.status} {phrase(response.status)}", headers)


def blueprint(
    name: str, mount: Mount, *, context: Callable[[WsgiRequest], object], tracer: Tracer | None = None
) -> flask.Blueprint:
    """A blueprint that serves a mount.

    Args:
        name: the blueprint's, unique in the application.
        mount: what is served, under its own prefix.
        context: makes `x.context` of each request.
        tracer: traces the requests that it is made to trace; without one, nothing is traced.

    Raises:
        DefinitionError: when registered with a `url_prefix`, which no link would have.
    """
    made = flask.Blueprint(name, __name__)
    respond = mount.respond if tracer is None else partial(tracer.respond, mount)

    def register(state: BlueprintSetupState) -> None:
        if state.url_prefix:
            raise DefinitionError(
                f"blueprint {name!r}: give the prefix {state.url_prefix!r} to the Mount, "
                "so that its links have it too"
            )
        state.app.url_map.converters[CONVERTER] = PositiveConverter
        for endpoint in mount.endpoints:
            view = _view(respond, name, endpoint, context)
            known_as = f"{state.name}.{endpoint.name}"
            state.app.view_functions[known_as] = view
            # A rule without methods: the graph answers 405 and 501, and knows the whole Allow.
            state.app.url_map.add(Rule(_rule(mount, endpoint), endpoint=known_as))

    made.record(register)
    return made


def _rule(mount: Mount, endpoint: Endpoint) -> str:
    parameters = path_parameters(type(endpoint.resource))
    converters = {name: f"{CONVERTER}:" if each.type is int else "" for name, each in parameters.items()}
    return mount.prefix + VARIABLE.sub(lambda match: f"<{converters[match[1]]}{match[1]}>", endpoint.path)


def _view(
    respond: Callable[..., Response], mount: str, endpoint: Endpoint, context: Callable[[WsgiRequest], object]
) -> Callable[..., flask.Response]:
    def view(**arguments: object) -> flask.Response:
        environ = flask.request.environ
        request = WsgiRequest(environ)
        response = respond(endpoint, request, context=context(request), arguments=arguments)
        environ[ANSWERED] = Answered(mount, endpoint.name, response.handler)
        return _sent(response, request)

    return view


def problem_response(problem: Problem, status: int) -> flask.Response:
    """A problem document about the present request, for what no resource answers.

    Args:
        problem: what is wrong.
        status: of the response, where the problem has none.
    """
    request = WsgiRequest(flask.request.environ)
    return _sent(refusal(problem, status, request), request)


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
            return _sent(Response(200, {"Content-Length": "0"}), request)
        if status == 404 and not_found is not None:
            return problem_response(not_found(), status)
        headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
        return problem_response(Problem(error.description or "", headers=headers), status)

    app.register_error_handler(HTTPException, explain)
