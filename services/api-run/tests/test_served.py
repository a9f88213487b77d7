"""Served: what whoever watches is told of each request."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ogrom.run.served import Served, watched
from ogrom.run.warmup import WARMING
from ogrom.server import ARRIVED


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
