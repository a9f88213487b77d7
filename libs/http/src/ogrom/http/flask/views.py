"""Views: what answers the requests to one endpoint of a mount, with Flask or without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import flask

from ..definition import body_type
from ..endpoint import Endpoint
from ..reply import Response
from .wsgi import WsgiRequest, request_id, status_line, tells_others

ANSWERED = "ogrom.answered"
"""Where the WSGI environment has an Answered once a resource has answered."""


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


class View:
    """Answers the requests to one endpoint; a view function of Flask that can do without it.

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
        """Decide a request, and note who has."""
        endpoint = self._endpoint
        response = self._respond(endpoint, request, context=self._context(request), arguments=arguments)
        request.environ[ANSWERED] = Answered(self.mount, endpoint.name, response.handler)
        return response

    def __call__(self, **arguments: Any) -> flask.Response:
        """Answer Flask's present request."""
        request = WsgiRequest(flask.request.environ)
        return flask_response(self.answer(request, arguments), request.environ)


class _PlainResponse(flask.Response):
    """A response that says nothing of its own; given its content in a list, not even how long that is."""

    default_mimetype = None


def flask_response(response: Response, environ: dict[str, Any]) -> flask.Response:
    """A response as Flask has them."""
    # A copy: a handler may return one Response twice.
    headers = {**response.headers, "X-Request-Id": request_id(environ)}
    if "HTTP_X_REQUEST_ID" in environ and tells_others(headers, environ):
        del headers["X-Request-Id"]
    return _PlainResponse([response.content], status_line(response.status), headers)
