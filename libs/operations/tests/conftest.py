"""What the tests share: a small service with all that stands around it."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from ogrom.http import Challenge, Endpoint, Exchange, Mount, PathParameter, Resource
from ogrom.http.testing import refusals_are_listed
from ogrom.operations.access.tokens import issue_token
from ogrom.operations.flask import Operations, Service
from ogrom.operations.secrets import Secret
from ogrom.operations.settings import ServiceSettings
from ogrom.protocols.context import Context
from ogrom.server import Worker

TOKEN_KEY = "only-for-tests-and-of-no-use-elsewhere"


@dataclass(frozen=True)
class ThingResource(Resource[int, Context]):
    """A thing: everybody may read those below 100, and users delete them."""

    id = PathParameter()
    open_methods = ("GET", "HEAD", "OPTIONS")

    def authorized(self, x: Exchange[int, Any, Context]) -> bool | Challenge:
        """Whether it is known who writes."""
        return x.method in self.open_methods or x.context.principal is not None or Challenge()

    def exists(self, x: Exchange[int, Any, Context]) -> int | None:
        """Its id."""
        return self.id(x) if self.id(x) < 100 else None

    def etag(self, x: Exchange[int, Any, Context]) -> int:
        """Its id."""
        return x.entity

    def handle_ok(self, x: Exchange[int, Any, Context]) -> dict[str, int]:
        """The thing."""
        return {"id": x.entity}

    def delete(self, x: Exchange[int, Any, Context]) -> bool:
        """It stays: nobody looks."""
        return True


THING = Endpoint("thing", "/things/{id}", ThingResource())


@pytest.fixture(autouse=True)
def every_refusal_is_listed() -> Iterator[None]:
    """The API's description lists the type of whatever is refused in a test."""
    with refusals_are_listed():
        yield


@pytest.fixture
def thing() -> Endpoint:
    """The endpoint of things."""
    return THING


MakeService = Callable[..., Service]


@pytest.fixture
def make_service() -> MakeService:
    """Makes services over the same endpoints; `said` are settings."""

    def make(*endpoints: Endpoint, **said: Any) -> Service:
        settings = ServiceSettings(**{"token_key": Secret(TOKEN_KEY), **said})
        operations = Operations.of(settings, "1.2.0", Worker.alone(), markets=("api",))
        front = Mount("", (*operations.health(), operations.scrape()))
        return operations.service(front, {"api": Mount("/v1", (THING, *endpoints))})

    return make


@pytest.fixture
def client(make_service: MakeService) -> FlaskClient:
    """A client of one whose settings are the defaults."""
    return make_service().app.test_client()


@pytest.fixture(scope="session")
def token_key() -> str:
    """The key of all tests."""
    return TOKEN_KEY


@pytest.fixture(scope="session")
def authorization() -> Callable[..., dict[str, str]]:
    """Makes the header field of a user."""

    def authorization(user_id: int = 1, *scopes: str) -> dict[str, str]:
        token = issue_token(
            TOKEN_KEY, user_id=user_id, scopes=scopes, seconds=3600, issuer="", audience="ogrom"
        )
        return {"Authorization": f"Bearer {token}"}

    return authorization


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A loopback port that is nobody else's during the test, and on which no server listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    """An environment without any setting of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OGROM_")}
