"""Each record over a socket: what the application is given, and what the client is told."""

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any

import pytest

from ogrom.server.testing import running
from ogrom.server.testing.records import RECORDS, Record, Refused, Request, Served

pytestmark = pytest.mark.usefixtures("in_both_modes")

SECONDS = 300.0
END = b"GET /end HTTP/1.1\r\nHost: end\r\nConnection: close\r\n\r\n"
"""Sent behind a request that is served: its answer shows that the server is where we are."""


@dataclass
class Seen:
    """An application that notes what it is given."""

    requests: list[Request] = field(default_factory=list)
    environs: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        content = environ["wsgi.input"].read()
        self.requests.append(Request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], content))
        self.environs.append(environ)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture(scope="module")
def application() -> Seen:
    return Seen()


@pytest.fixture(scope="module")
def port(application: Seen) -> Iterator[int]:
    with running(application) as port:
        yield port


def answers(port: int, record: Record) -> list[int]:
    """The statuses of all final responses until the server closes."""
    found: list[int] = []
    methods = [each.method for each in record.before]
    is_left_open = isinstance(record.verdict, Served) and not record.verdict.closes
    if isinstance(record.verdict, Served):
        methods += [each.method for each in record.verdict.requests]
    with socket.create_connection(("127.0.0.1", port), SECONDS) as sock:
        sock.sendall(record.sends + (END if is_left_open else b""))
        file = sock.makefile("rb")
        for method in [*methods, "GET"]:
            if not file.peek(1):
                return found
            response = HTTPResponse(_Over(file), method=method)  # type: ignore[arg-type]
            response.begin()
            response.read()
            found.append(response.status)
        assert file.read() == b""
    return found


@dataclass
class _Over:
    """What HTTPResponse needs of a socket, so that several share a file."""

    file: Any

    def makefile(self, _: str) -> Any:
        return _Unclosed(self.file)


class _Unclosed:
    def __init__(self, file: Any) -> None:
        self._file = file
        self.read, self.readline, self.readinto = file.read, file.readline, file.readinto

    def close(self) -> None:
        pass

    def flush(self) -> None:
        pass


COMPLETE = [each for each in RECORDS if isinstance(each.verdict, Served | Refused)]


@pytest.mark.parametrize("record", COMPLETE, ids=lambda each: str(each.id))
def test_each_record_is_answered_so(record: Record, port: int, application: Seen) -> None:
    """No application sees what is refused, or anything behind it."""
    application.requests.clear()
    application.environs.clear()
    statuses = answers(port, record)
    if isinstance(record.verdict, Served):
        expected = [*record.verdict.requests]
        assert statuses == [200] * (len(expected) + (not record.verdict.closes))
        if not record.verdict.closes:
            expected.append(Request(target="/end"))
    else:
        assert isinstance(record.verdict, Refused)
        expected = [*record.before]
        assert statuses == [200] * len(expected) + [record.verdict.status]
    seen = [(each.method, each.target, each.content) for each in application.requests]
    assert seen == [(each.method, each.target, each.content) for each in expected]
    for environ, each in zip(application.environs, expected, strict=True):
        for name, value in each.fields.items():
            key = name.upper().replace("-", "_")
            assert environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] == value
