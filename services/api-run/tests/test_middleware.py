"""The middleware as a whole, before a real server."""

from collections.abc import Iterator
from http.client import HTTPConnection
from queue import Queue
from typing import Any

import flask
import pytest

from ogrom.run.middleware import wrapped
from ogrom.run.served import Served
from ogrom.server.testing import running

SECONDS = 30


class Notes:
    """A watcher that remembers what came of requests."""

    def __init__(self) -> None:
        self.ended: Queue[Served] = Queue()

    def begin(self, served: Served) -> None:
        """Wait for the end."""

    def end(self, served: Served) -> None:
        self.ended.put(served)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def connection(notes: Notes) -> Iterator[HTTPConnection]:
    """A connection to a server before an application that is watched."""
    app = flask.Flask("test")
    app.add_url_rule("/hello", "hello", view_func=lambda: "hello")
    app.add_url_rule("/parts", "parts", view_func=lambda: flask.Response(iter(["one", "two"])))
    with running(wrapped(app, watchers=[notes], release="r1")) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        yield connection
        connection.close()


def asked(connection: HTTPConnection, method: str, path: str) -> tuple[Any, bytes]:
    connection.request(method, path)
    response = connection.getresponse()
    return response, response.read()


def test_a_response_keeps_its_length_and_its_connection(connection: HTTPConnection) -> None:
    """Watched as if nobody watched: the connection is kept for the next request, whatever its method."""
    for method, content in (("GET", b"hello"), ("HEAD", b""), ("GET", b"hello")):
        response, received = asked(connection, method, "/hello")
        assert (response.status, received, response.getheader("Content-Length")) == (200, content, "5")
        assert response.getheader("Ogrom-Release") == "r1"
        assert response.getheader("Connection") != "close"


def test_what_was_sent_is_counted_as_the_client_gets_it(connection: HTTPConnection, notes: Notes) -> None:
    """In parts, too; a HEAD sends nothing."""
    for method, path in (("GET", "/parts"), ("HEAD", "/hello"), ("GET", "/nothing"), ("GET", "/hello")):
        _, received = asked(connection, method, path)
        served = notes.ended.get(timeout=SECONDS)
        assert (served.environ["PATH_INFO"], served.sent, served.left) == (path, len(received), False)
