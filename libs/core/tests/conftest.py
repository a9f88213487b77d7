"""The API over in-memory sources: both markets in one Flask application, `/de` and `/gb`."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources, assemble
from ogrom.http import Mount, Problem
from ogrom.http.flask import blueprint, explain_errors
from ogrom.protocols.context import Context
from ogrom.protocols.copies import Copies
from ogrom.protocols.testing import CATALOGUE, DE, GB, MemorySources

Serve = Callable[[Sources], FlaskClient]
MARKETS = {"/de": DE, "/gb": GB}


class Recording:
    """A source that passes every call on to another and notes its name."""

    def __init__(self, source: object, calls: list[str]) -> None:
        self._source = source
        self._calls = calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._source, name)

        def call(*arguments: Any, **options: Any) -> Any:
            self._calls.append(name)
            return method(*arguments, **options)

        return call


class Failing:
    """A source whose every call raises the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            raise self._error

        return call


def each_source(wrap: Callable[[str], Any]) -> Sources:
    return Sources(**{field.name: wrap(field.name) for field in fields(Sources)})


@pytest.fixture
def sources() -> Sources:
    memory = MemorySources(CATALOGUE)
    return each_source(lambda name: getattr(memory, name))


@pytest.fixture
def serve() -> Serve:
    def serve(sources: Sources) -> FlaskClient:
        app = flask.Flask("core")
        endpoints = assemble(sources)
        for prefix, locale in MARKETS.items():

            def context(request: Any, locale: str = locale) -> Context:
                return Context(locale=locale, request_id=request.id, copies=Copies())

            app.register_blueprint(blueprint(locale, Mount(prefix, endpoints), context=context))
        explain_errors(app, not_found=lambda: Problem("Begin at /de/ or /gb/."))
        return app.test_client()

    return serve


@pytest.fixture
def client(serve: Serve, sources: Sources) -> FlaskClient:
    return serve(sources)


@pytest.fixture
def wrap_each() -> Callable[[Callable[[str], Any]], Sources]:
    """Makes sources of what is given for the name of each."""
    return each_source


@pytest.fixture
def calls() -> list[str]:
    """The calls that sources got from `recorded`."""
    return []


@pytest.fixture
def recorded(serve: Serve, sources: Sources, calls: list[str]) -> FlaskClient:
    return serve(each_source(lambda name: Recording(getattr(sources, name), calls)))


@pytest.fixture
def failing(serve: Serve) -> Callable[[Exception], FlaskClient]:
    """Makes a client of an API all of whose sources fail."""
    return lambda error: serve(each_source(lambda name: Failing(error)))
