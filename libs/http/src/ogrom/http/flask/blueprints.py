"""Blueprints: mounts as Flask registers them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import flask
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter, Rule, ValidationError

from ..definition import DefinitionError, path_parameters
from ..endpoint import Endpoint, Mount
from ..links import VARIABLE
from ..routes import POSITIVE, positive
from ..trace.tracer import Tracer
from .views import View
from .wsgi import WsgiRequest

CONVERTER = "ogrom_positive"


class MountRule(Rule):
    """The rule of an endpoint. It has no methods: the graph answers 405 and 501, and knows the whole Allow."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # For Flask's url_for, which links here need not: half of the time that an application takes to be made.
        compile_ = cache(super()._compile_builder)

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            return compile_(append_unknown)(rule, **values)

        return build


class PositiveConverter(BaseConverter):
    """A positive integer below 2**63 in its one spelling: no sign, no leading zero, ASCII digits."""

    regex = POSITIVE

    def to_python(self, value: str) -> int:
        """The number; ValidationError, so 404, if it is too large."""
        number = positive(value)
        if number is None:
            raise ValidationError
        return number


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
            types = _types(endpoint)
            template = mount.prefix + endpoint.path
            known_as = f"{state.name}.{endpoint.name}"
            view = View(name, endpoint, template, types, respond=respond, context=context)
            state.app.view_functions[known_as] = view
            state.app.url_map.add(MountRule(_rule(template, types), endpoint=known_as))

    made.record(register)
    return made


def _types(endpoint: Endpoint) -> dict[str, type]:
    return {name: each.type for name, each in path_parameters(type(endpoint.resource)).items()}


def _rule(template: str, types: dict[str, type]) -> str:
    converters = {name: f"{CONVERTER}:" if type_ is int else "" for name, type_ in types.items()}
    return VARIABLE.sub(lambda match: f"<{converters[match[1]]}{match[1]}>", template)
