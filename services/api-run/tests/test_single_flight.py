"""Many who want the same at once: the whole service asks the database once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest

from ogrom.protocols.waiting import settled
from ogrom.run.container import Container
from ogrom.server import Lane
from ogrom.server.testing import running
from ogrom.sources.database.statements import listening
from ogrom.sources.wrappers import single_flight

pytestmark = pytest.mark.slow
SECONDS = 30
CROWD = 16


@pytest.fixture
def container(make_container: Callable[..., Container], store: str) -> Container:
    return make_container(store, said={"threads": CROWD, "request_timeout": float(SECONDS)})


@pytest.fixture
def port(container: Container) -> Iterator[int]:
    """Of a server with a thread for each of the crowd."""
    with running(container.app(), lanes=[Lane("application", CROWD)]) as port:
        yield port


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_sixteen_at_once_are_one_statement(
    container: Container,
    port: int,
    statements: Callable[[Container], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The statement is held up until the fifteen others wait for its answer."""
    waiting = threading.Semaphore(0)

    def wait(*args: Any) -> bool:
        waiting.release()
        return settled(*args)

    def hold(*_: Any) -> None:
        for _each in range(CROWD - 1):
            waiting.acquire(timeout=SECONDS / CROWD / 2)

    monkeypatch.setattr(single_flight, "settled", wait)
    sent = statements(container)
    with listening(container.engine(), hold), ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(lambda _: get(port, "/v1/de-DE/products/1"), range(CROWD)))
    assert [status for status, _ in answers] == [200] * CROWD
    assert len(sent) == 1
    cache = container.cache()
    assert cache is not None
    statistics = cache.statistics()
    assert (statistics.misses, statistics.shared) == (1, CROWD - 1)
