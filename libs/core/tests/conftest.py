"""The API over in-memory sources: both markets in one Flask application, `/de` and `/gb`."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources, assemble
from ogrom.http import Mount, Problem
from ogrom.http.flask import blueprint, explain_errors
from ogrom.http.testing import refusals_are_listed
from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context, Principal
from ogrom.protocols.testing import CATALOGUE, DE, GB, MemorySources

Serve = Callable[..., FlaskClient]
SCOPES = ("collages:write", "comments:write", "likes:write")
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


@pytest.fixture(autouse=True)
def every_refusal_is_listed() -> Iterator[None]:
    """The API's description lists the type of whatever is refused in a test."""
    with refusals_are_listed():
        yield


@pytest.fixture
def sources() -> Sources:
    memory = MemorySources(CATALOGUE)
    return each_source(lambda name: getattr(memory, name, None))  # None for a capability


def user(user_id: int, *scopes: str) -> Principal:
    """A caller with these scopes; with all that write and none that moderates, where none is named."""
    return Principal(user_id=user_id, scopes=frozenset(scopes or SCOPES))


MODERATOR = user(1, *SCOPES, "moderate")


@pytest.fixture
def serve() -> Serve:
    """Makes clients of an API over some sources, which is called by a moderator unless somebody else is named."""

    def serve(
        sources: Sources, caller: Principal | None = MODERATOR, credentials_fault: str = ""
    ) -> FlaskClient:
        app = flask.Flask("core")
        endpoints = assemble(sources)
        for prefix, locale in MARKETS.items():

            def context(request: Any, locale: str = locale) -> Context:
                return Context(
                    locale=locale,
                    request_id=request.id,
                    copies=Copies(),
                    principal=caller,
                    credentials_fault=credentials_fault,
                )

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
def client_of(serve: Serve, sources: Sources) -> Callable[..., FlaskClient]:
    """Makes clients of the same store: `client_of(2)`, user 2; `client_of(2, "comments:write")`, with that scope."""
    return lambda user_id, *scopes: serve(sources, user(user_id, *scopes))


@pytest.fixture
def noted(sources: Sources, calls: list[str]) -> Sources:
    """The sources, with every call noted in `calls`."""
    return each_source(lambda name: Recording(getattr(sources, name), calls))


@pytest.fixture
def recorded(serve: Serve, noted: Sources) -> FlaskClient:
    return serve(noted)


@pytest.fixture
def failing(serve: Serve) -> Callable[[Exception], FlaskClient]:
    """Makes a client of an API all of whose sources fail."""
    return lambda error: serve(each_source(lambda name: Failing(error)))
