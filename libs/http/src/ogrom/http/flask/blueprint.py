"""Blueprints: mounts as Flask registers them, and the view of each endpoint, which answers with Flask or without."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple, TypeAlias

import flask
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter, Rule, ValidationError

from ..batch import BatchResource
from ..definition import DefinitionError, body_type
from ..deprecations import Announced, Deprecated, announced, responder
from ..response import Response, respond as plain
from ..routing import POSITIVE, VARIABLE, Endpoint, Mount, positive
from ..trace.tracer import Tracer
from .wsgi import PART_OF, BatchWsgiRequest, WsgiRequest, request_id, shares_client_id, status_line

log = logging.getLogger("ogrom.http")

CONVERTER = "ogrom_positive"
ANSWERED = "ogrom.answered"
"""The key in the WSGI environment of an Answered, once a resource has answered."""


class Answered(NamedTuple):
    """What answered a request, for middleware that logs or counts.

    Attributes:
        mount: the name of the blueprint.
        endpoint: the name of the endpoint.
        handler: the node of the graph where the request ended.
    """

    mount: str
    endpoint: str
    handler: str


class Used(NamedTuple):
    """What a request has used of that which is deprecated.

    Attributes:
        request: as it came.
        endpoint: the name of the endpoint that answered it.
        things: what it used, and since when each is deprecated.
    """

    request: WsgiRequest
    endpoint: str
    things: tuple[Deprecated, ...]


OnUse: TypeAlias = Callable[[Used], object]


class View:
    """Answers the requests to one endpoint; a view function of Flask that also works without it.

    Attributes:
        mount: the name of the blueprint.
        template: the path with its variables, the mount's prefix included.
        types: of the variables.
    """

    __slots__ = ("_context", "_endpoint", "_respond", "mount", "template", "types")

    def __init__(
        self,
        mount: str,
        endpoint: Endpoint,
        template: str,
        types: dict[str, type],
        *,
        respond: Callable[..., Response],
        context: Callable[[WsgiRequest], object],
    ) -> None:
        self.mount = mount
        self.template = template
        self.types = types
        self._endpoint = endpoint
        self._respond = respond
        self._context = context

    def content_limit(self, method: str) -> int:
        """The most bytes of content that a request may have; 0 for a method that reads none."""
        resource = self._endpoint.resource
        return 0 if body_type(type(resource), method) is None else resource.body_limit

    def answer(self, request: WsgiRequest, arguments: dict[str, object]) -> Response:
        """Decide a request, and note in the environment what answered it."""
        endpoint = self._endpoint
        response = self._respond(endpoint, request, context=self._context(request), arguments=arguments)
        request.environ[ANSWERED] = Answered(self.mount, endpoint.name, response.handler)
        return response

    def refuse(self, refused: Response, request: WsgiRequest) -> Response:
        """What is sent where a gate refuses a request to the endpoint."""
        headers = announced(type(self._endpoint.resource), request, refused.headers)
        return replace(refused, headers=headers)

    def __call__(self, **arguments: Any) -> flask.Response:
        """Answer Flask's current request."""
        request = WsgiRequest(flask.request.environ)
        return flask_response(self.answer(request, arguments), request.environ)


class _PlainResponse(flask.Response):
    """A response that adds nothing; if its content is a list, not even Content-Length."""

    default_mimetype = None


def flask_response(response: Response, environ: dict[str, Any]) -> flask.Response:
    """The response as Flask's."""
    # A copy: a handler may return one Response twice.
    headers = {**response.headers, "X-Request-Id": request_id(environ)}
    if "HTTP_X_REQUEST_ID" in environ and shares_client_id(headers, environ):
        del headers["X-Request-Id"]
    return _PlainResponse([response.content], status_line(response.status), headers)


class MountRule(Rule):
    """The rule of an endpoint. It has no methods: the graph answers 405 and 501 with the right Allow."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # Only Flask's url_for needs this, and it takes half of the time to make an application.
        compile_ = cache(super()._compile_builder)

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            return compile_(append_unknown)(rule, **values)

        return build


class PositiveConverter(BaseConverter):
    """A positive integer below 2**63 without sign or leading zeros, in ASCII digits."""

    regex = POSITIVE

    def to_python(self, value: str) -> int:
        """The number; ValidationError, so 404, if it is too large."""
        number = positive(value)
        if number is None:
            raise ValidationError
        return number


def blueprint(
    name: str,
    mount: Mount,
    *,
    context: Callable[[WsgiRequest], object],
    tracer: Tracer | None = None,
    on_use: OnUse | None = None,
) -> flask.Blueprint:
    """A blueprint that serves a mount.

    Args:
        name: of the blueprint, unique in the application.
        mount: what is served, under its own prefix.
        context: makes `x.context` from a request.
        tracer: traces requests; None traces nothing.
        on_use: is told of each request that uses something deprecated, in the request's thread.

    Raises:
        DefinitionError: the blueprint is registered with a `url_prefix`, which links would lack.
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
            types = endpoint.types
            template = mount.prefix + endpoint.path
            endpoint_name = f"{state.name}.{endpoint.name}"
            # Decided here, so that a request to anything else is not looked at.
            answer = respond
            if on_use is not None and responder(type(endpoint.resource)) is not plain:
                answer = partial(_telling, respond, on_use)
            if isinstance(endpoint.resource, BatchResource):
                answer = partial(_batching, state.app, answer)
            view = View(name, endpoint, template, types, respond=answer, context=context)
            state.app.view_functions[endpoint_name] = view
            # The path `/` of a mount is also the prefix alone; Werkzeug would redirect.
            strict = False if template.endswith("/") else None
            rule = MountRule(_rule(template, types), endpoint=endpoint_name, strict_slashes=strict)
            state.app.url_map.add(rule)

    made.record(register)
    return made


def _telling(
    respond: Callable[..., Response], on_use: OnUse, endpoint: Endpoint, request: WsgiRequest, **named: Any
) -> Response:
    response = respond(endpoint, request, **named)
    if isinstance(response, Announced) and response.uses:
        try:
            on_use(Used(request, endpoint.name, response.uses))
        except Exception:
            log.exception("what a request has used could not be told")
    return response


def _batching(
    app: Any, respond: Callable[..., Response], endpoint: Endpoint, request: WsgiRequest, **named: Any
) -> Response:
    if PART_OF not in request.environ:  # there is no batch in a batch
        request = BatchWsgiRequest(request.environ, getattr(app, "parts", None) or app.wsgi_app)
    return respond(endpoint, request, **named)


def _rule(template: str, types: dict[str, type]) -> str:
    converters = {name: f"{CONVERTER}:" if type_ is int else "" for name, type_ in types.items()}
    return VARIABLE.sub(lambda match: f"<{converters[match[1]]}{match[1]}>", template)
