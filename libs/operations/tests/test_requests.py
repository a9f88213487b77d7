"""Served: what whoever watches is told of each request."""

import logging
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from queue import Queue
from typing import Any

import flask
import pytest

from ogrom.operations.requests import WARMING, Served, refusing, releasing, watched
from ogrom.server import ARRIVED, Refusal
from ogrom.server.testing import running


class Notes:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.begun: list[Served] = []
        self.ended: list[Served] = []

    def begin(self, served: Served) -> None:
        self.begun.append(served)

    def end(self, served: Served) -> None:
        self.ended.append(served)


class Content:
    """Content in parts, which notes that it was closed."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        self.closed += 1


def answering(content: Any) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("201 Created", [("Content-Length", "4"), ("X", "y")])
        return content

    return app


def asked(app: Any, watcher: Any, **environ: Any) -> tuple[Any, list[Any]]:
    started: list[Any] = []

    def start_response(*said: Any) -> None:
        started.extend(said)

    return watched(app, [watcher])({"REQUEST_METHOD": "GET", **environ}, start_response), started


def test_a_response_goes_through_as_it_is() -> None:
    """Part by part, its header untouched, and closed once; at the end it has been seen."""
    notes, content = Notes(), Content(b"one", b"x")
    answer, started = asked(answering(content), notes)
    assert started == ["201 Created", [("Content-Length", "4"), ("X", "y")]]
    assert len(notes.begun) == 1
    assert next(answer) == b"one"
    assert notes.ended == []
    assert list(answer) == [b"x"]
    answer.close()
    answer.close()
    assert content.closed == 1
    (served,) = notes.ended
    assert (served.status, served.sent, served.left, served.error) == (201, 4, False, None)


def test_a_client_that_left_is_noted() -> None:
    """The server closes what it has not read to its end."""
    notes, content = Notes(), Content(b"one", b"two")
    answer, _ = asked(answering(content), notes)
    next(answer)
    answer.close()
    assert (notes.ended[0].left, notes.ended[0].sent, content.closed) == (True, 3, 1)


def test_what_raises_is_noted_and_goes_on_raising() -> None:
    """In the application, and in the middle of its content."""
    notes = Notes()

    def failing(*_: Any) -> Any:
        raise RuntimeError("at once")

    with pytest.raises(RuntimeError, match="at once"):
        asked(failing, notes)
    assert (notes.ended[-1].status, str(notes.ended[-1].error)) == (500, "at once")
    answer, _ = asked(answering(Content(b"one", RuntimeError("later"))), notes)
    with pytest.raises(RuntimeError, match="later"):
        list(answer)
    answer.close()
    last = notes.ended[-1]
    assert (last.status, last.sent, last.left, str(last.error)) == (201, 3, False, "later")


def test_time_counts_from_the_arrival_where_the_server_tells() -> None:
    """So the time in its queue counts."""
    notes = Notes()
    for environ in ({}, {ARRIVED: time.monotonic() - 600}):
        asked(answering([b"x"]), notes, **environ)[0].close()
    at_once, queued = (each.seconds for each in notes.ended)
    assert 0 <= at_once < 600 <= queued < 1200


def test_a_watchers_mistake_is_not_the_clients(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged; the response is sent, and the other watchers see it."""

    class Broken:
        """Fails at either end."""

        def begin(self, served: Served) -> None:
            raise RuntimeError("begin")

        def end(self, served: Served) -> None:
            raise RuntimeError("end")

    notes = Notes()
    answer = watched(answering([b"x"]), [notes, Broken(), notes])({}, lambda *_: None)
    assert list(answer) == [b"x"]
    answer.close()  # type: ignore[attr-defined]
    assert (len(notes.begun), len(notes.ended)) == (2, 2)
    assert [each.levelno for each in caplog.records] == [logging.ERROR] * 2


def test_the_first_watcher_begins_first_and_ends_last() -> None:
    """As if each stood around the next."""
    order: list[str] = []

    class Named:
        """Notes its name."""

        def __init__(self, name: str) -> None:
            self.name = name

        def begin(self, served: Served) -> None:
            order.append(f"{self.name}+")

        def end(self, served: Served) -> None:
            order.append(f"{self.name}-")

    watched(answering([]), [Named("a"), Named("b")])({}, lambda *_: None).close()  # type: ignore[attr-defined]
    assert order == ["a+", "b+", "b-", "a-"]


def test_what_nobody_has_sent_is_not_told() -> None:
    """A warm-up would look like load."""
    notes = Notes()
    answer, _ = asked(answering([b"x"]), notes, **{WARMING: True})
    assert list(answer) == [b"x"]
    assert notes.begun == notes.ended == []


SECONDS = 30


class QueuedNotes:
    """A watcher that remembers what came of requests."""

    def __init__(self) -> None:
        self.ended: Queue[Served] = Queue()

    def begin(self, served: Served) -> None:
        """Wait for the end."""

    def end(self, served: Served) -> None:
        self.ended.put(served)


@pytest.fixture
def notes() -> QueuedNotes:
    return QueuedNotes()


@pytest.fixture
def connection(notes: QueuedNotes) -> Iterator[HTTPConnection]:
    """A connection to a server before an application that is watched."""
    app = flask.Flask("test")
    app.add_url_rule("/hello", "hello", view_func=lambda: "hello")
    app.add_url_rule("/parts", "parts", view_func=lambda: flask.Response(iter(["one", "two"])))
    with running(watched(releasing(app, "r1"), [notes])) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        yield connection
        connection.close()


def asked_over(connection: HTTPConnection, method: str, path: str) -> tuple[Any, bytes]:
    connection.request(method, path)
    response = connection.getresponse()
    return response, response.read()


def test_a_response_keeps_its_length_and_its_connection(connection: HTTPConnection) -> None:
    """Watched as if nobody watched: the connection is kept for the next request, whatever its method."""
    for method, content in (("GET", b"hello"), ("HEAD", b""), ("GET", b"hello")):
        response, received = asked_over(connection, method, "/hello")
        assert (response.status, received, response.getheader("Content-Length")) == (200, content, "5")
        assert response.getheader("Ogrom-Release") == "r1"
        assert response.getheader("Connection") != "close"


def test_what_was_sent_is_counted_as_the_client_gets_it(
    connection: HTTPConnection, notes: QueuedNotes
) -> None:
    """In parts, too; a HEAD sends nothing."""
    for method, path in (("GET", "/parts"), ("HEAD", "/hello"), ("GET", "/nothing"), ("GET", "/hello")):
        _, received = asked_over(connection, method, path)
        served = notes.ended.get(timeout=SECONDS)
        assert (served.environ["PATH_INFO"], served.sent, served.left) == (path, len(received), False)


BUSY = Refusal(503, "Come later.", retry_after=1)


class RefusalNotes:
    """A watcher that remembers."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def begin(self, served: Served) -> None:
        self.told.append("begin")

    def end(self, served: Served) -> None:
        self.told.append((served.environ["REQUEST_METHOD"], served.status, served.sent, served.refused))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", "application/problem+json"), ("text/html", "text/html; charset=utf-8")],
)
def test_a_refusal_is_a_problem_in_the_form_that_is_asked_for(accept: str, kind: str) -> None:
    """With when to come again, the request's id, the release and the reason."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_ACCEPT": accept, "HTTP_X_REQUEST_ID": "mine"}
    fields, content = refusing([], "r1")(BUSY, environ)
    said = dict(fields)
    assert (said["Content-Type"], said["Retry-After"], said["X-Request-Id"]) == (kind, "1", "mine")
    assert said["Ogrom-Release"] == "r1"
    assert b"Come later." in content


@pytest.mark.parametrize("environ", [{}, {"REMOTE_ADDR": "192.0.2.7"}])
def test_what_nobody_could_read_is_a_problem_too(environ: dict[str, Any]) -> None:
    """Told in JSON, and of no release where nobody says which."""
    fields, content = refusing([], "")(Refusal(400, "This is no HTTP."), environ)
    assert dict(fields)["Content-Type"] == "application/problem+json"
    assert "Ogrom-Release" not in dict(fields)
    assert b"This is no HTTP." in content


def test_refusals_are_logged_and_counted() -> None:
    """But not what the application has failed with, since it has told of that itself."""
    notes = RefusalNotes()
    refuse = refusing([notes], "")
    _, content = refuse(BUSY, {"REQUEST_METHOD": "POST", "PATH_INFO": "/"})
    assert notes.told == ["begin", ("POST", 503, len(content), True)]
    notes.told.clear()
    refuse(Refusal(400, "This is no HTTP."), {})
    assert notes.told[1][:2] == ("-", 400)
    notes.told.clear()
    refuse(Refusal(500, "A mistake."), {"REQUEST_METHOD": "GET", "PATH_INFO": "/"})
    assert notes.told == []


@pytest.mark.parametrize("path", ["/health/live", "/nothing", "/v1/things/987654321", "/metrics"])
def test_every_response_says_its_release(make_service: Callable[..., Any], path: str) -> None:
    """Whoever gives it; once."""
    client = make_service(release="3f2a9c1").app.test_client()
    assert client.get(path).headers.getlist("Ogrom-Release") == ["3f2a9c1"]


def test_what_nobody_says_is_not_said(client: Any) -> None:
    """An empty field would look like a release without a name."""
    assert "Ogrom-Release" not in client.get("/health/live").headers
