"""The warm-up: when a process is warm, and when it gives up."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi import Examples
from ogrom.operations.requests import WARMING
from ogrom.operations.warmup import WarmUp, requests_to, warm_up


class Gone(Exception):
    """The sources do not answer."""


Beginning = Callable[..., WarmUp]


@pytest.fixture
def beginning() -> Beginning:
    """Makes one: `tries` are what its warm-ups come to, `checks` whether the sources answer between them."""

    def beginning(tries: list[Any], checks: list[bool]) -> WarmUp:
        def run() -> bool:
            found = tries.pop(0)
            if isinstance(found, Exception):
                raise found
            return bool(found)

        return WarmUp(run, lambda: checks.pop(0), failures=(Gone,))

    return beginning


def test_while_the_sources_fail_it_is_not_warm(beginning: Beginning) -> None:
    """It tries again as soon as they answer."""
    begin = beginning([Gone(), True], [False, False, True])
    assert [begin() for _ in range(4)] == [False, False, False, True]


def test_it_does_not_try_for_ever(beginning: Beginning, caplog: pytest.LogCaptureFixture) -> None:
    """Where the sources answer and requests do not, the log says so and clients see it."""
    begin = beginning([False, False, False], [True, True])
    assert [begin() for _ in range(3)] == [False, False, True]
    assert "the warm-up got no answer" in caplog.text


def test_a_bug_is_the_servers_to_log(beginning: Beginning) -> None:
    """Which lets the process serve."""
    with pytest.raises(LookupError):
        beginning([LookupError("bug")], [])()


def test_every_endpoint_is_asked(make_service: Callable[..., Any], thing: Endpoint) -> None:
    """With 1 for whatever is not known, and as a page where that is wanted; nothing is counted."""
    service = make_service()
    seen: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ)
        content: Iterable[bytes] = service.app(environ, start_response)
        return content

    targets = [*requests_to(Mount("/v1", (thing,)), Examples(), pages=True), ("/health/ready", {})]
    assert warm_up(app, lambda _: targets)
    assert [each["PATH_INFO"] for each in seen] == ["/v1/things/1", "/v1/things/1", "/health/ready"]
    assert seen[1]["HTTP_ACCEPT"] == "text/html"
    assert all(each[WARMING] for each in seen)


@pytest.mark.parametrize(("status", "warm"), [("503 No", False), ("504 No", False), ("500 No", True)])
def test_sources_that_fail_leave_it_cold(
    status: str, caplog: pytest.LogCaptureFixture, *, warm: bool
) -> None:
    """A later try may do better, unless the fault is ours."""

    def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, [])
        return []

    assert warm_up(app, lambda _: [("/a", {})]) is warm
    assert ("the warm-up got a 500 from /a" in caplog.text) is warm


def test_it_ends_in_time(caplog: pytest.LogCaptureFixture) -> None:
    """What is left is warmed by the first who asks for it."""
    told: list[float] = []
    before = time.monotonic()

    def targets(end: float) -> Iterable[Any]:
        told.append(end)
        return [("/a", {})]

    assert warm_up(lambda *_: [], targets, seconds=0.0)
    assert before <= told[0] <= time.monotonic()
    assert "the warm-up took too long; from /a on" in caplog.text
