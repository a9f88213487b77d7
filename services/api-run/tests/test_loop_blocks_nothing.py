"""The whole application on the loop, from MariaDB and from SQLite: no request puts the loop's thread to sleep."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from dependency_injector import providers

from ogrom.run.container import Container
from ogrom.run.hosting import run_warm_up
from ogrom.run.options import options_of
from ogrom.server import Worker
from ogrom.server.limits import Limits
from ogrom.server.listening import bound
from ogrom.server.loop import Server
from ogrom.server.scoreboard import Scoreboard, WorkerSlot
from ogrom.server.testing.blocking import Blocks, blocks_of
from ogrom.sources.testing import MariaDB

pytestmark = pytest.mark.slow
SECONDS = 300.0
TIMES = 40
MOST = (
    TIMES // 8
)  # what is counted is a switch now and then, for the lock of the interpreter or of the kernel
ROUNDS = 5

# In a process of its own, since a thread of this one would compete for the interpreter's lock.
CLIENT = """
import http.client, sys
port, times, authorization, *paths = sys.argv[1:]
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=300)
for number in range(int(times)):
    for path in paths:
        connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
        response = connection.getresponse()
        content = response.read()
        assert response.status in (200, 404), (path, response.status, content)
"""

READS = [
    "/v1/de-DE/products/1",
    "/v1/de-DE/products/999999",
    "/v1/de-DE/products?limit=5",
    "/v1/de-DE/collages/1",
    "/v1/de-DE/collages",
    "/v1/de-DE/comments/1",
    "/v1/de-DE/comments",
    "/v1/de-DE/users/1",
    "/v1/de-DE/categories",
    "/v1/de-DE/collages/1/comments",
    "/v1/de-DE/nothing",
]


class Nobody:
    """No standby, which would wake up now and then."""

    def __init__(self, *_: Any) -> None:
        pass

    def watch(self, _: int) -> None:
        pass

    def end(self) -> None:
        pass


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a small demo store."""
    with MariaDB(in_memory=True) as server:
        url = server.database()
        subprocess.run(
            [Path(sys.executable).with_name("ogrom-api"), "demo", f"--database={url}", "--products=60"],
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
        yield url


def blocks(container: Container, worker: Worker, authorization: str, *paths: str) -> Blocks:
    """What was counted while the loop has answered requests, the application being warm."""
    settings = container.settings()
    assert run_warm_up(container, settings)
    listener = bound("127.0.0.1:0")
    port = listener.getsockname()[1]
    server = Server(
        container.app(), listener, Limits(), options_of(settings).lanes, greenlets=worker.greenlets
    )
    found = blocks_of(server)
    thread = Thread(target=server.run)
    thread.start()
    try:
        for times in (3, TIMES):  # at first it connects, and remembers what it has made
            found.count = 0
            command = [sys.executable, "-c", CLIENT, str(port), str(times), authorization, *paths]
            subprocess.run(command, check=True, timeout=SECONDS)
    finally:
        server.stop()
        thread.join(SECONDS)
        server.join(SECONDS)
    return found


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("kind", ["mariadb", "sqlite"])
def test_no_read_blocks_the_loop(
    kind: str,
    path: str,
    request: pytest.FixtureRequest,
    make_container: Callable[..., Container],
    authorization: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also with a token."""
    monkeypatch.setattr("ogrom.server.loop.Standby", Nobody)
    url = request.getfixturevalue("mariadb" if kind == "mariadb" else "store")
    worker = Worker(WorkerSlot(Scoreboard(1), 0), True)
    container = make_container(url, said={"cache_records": 0}, worker=providers.Object(worker))
    # What blocks does so each time; a busy machine switches threads now and then.
    counts = (blocks(container, worker, authorization()["Authorization"], path).count for _ in range(ROUNDS))
    assert any(count <= MOST for count in counts)


def test_a_query_that_nobody_parks_for_is_seen(
    mariadb: str, make_container: Callable[..., Container], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: in the driver, of which Python sees nothing."""
    monkeypatch.setattr("ogrom.server.loop.Standby", Nobody)
    worker = Worker(WorkerSlot(Scoreboard(1), 0), True)
    container = make_container(mariadb, said={"cache_records": 0}, worker=providers.Object(worker))
    connection = container.engine().raw_connection()

    def query(app: Any) -> Any:
        def asking(environ: dict[str, Any], start_response: Any) -> Any:
            with closing(connection.cursor()) as cursor:
                cursor.execute("SELECT SLEEP(0.002)")
                cursor.fetchall()
            return app(environ, start_response)

        return asking

    app = container.app()
    app.wsgi_app = query(app.wsgi_app)  # type: ignore[method-assign]
    with closing(connection):
        found = blocks(container, worker, "", "/v1/de-DE/products/1")
    assert found.count > MOST
