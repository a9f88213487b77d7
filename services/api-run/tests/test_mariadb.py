"""The service over a real MariaDB, which is down, comes, goes and comes again."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ogrom.sources.database.engine import database_engine
from ogrom.sources.testing import MariaDB, wait_until

pytestmark = pytest.mark.slow
SECONDS = 60


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """A server for the tests of this module."""
    with MariaDB() as server:
        yield server


def test_an_empty_database_is_migrated_and_filled(
    start: Callable[..., Any], mariadb: MariaDB, tmp_path: Path
) -> None:
    """As with SQLite, so that a newcomer sees data; and no file is made."""
    service = start("--database", mariadb.database(), "--demo-products", "40", folder=tmp_path)
    assert service.get("/v1/de-DE/comments").json["items"]
    assert service.get("/health/ready").json["migrated"] is True
    assert service.stop() == 0
    assert not list(tmp_path.iterdir())


def test_an_operators_database_stays_empty(
    start: Callable[..., Any], run: Callable[..., Any], mariadb: MariaDB, tmp_path: Path
) -> None:
    """`migrate` alone makes the tables; until then a service that does not migrate tells everybody to come again."""
    url = mariadb.database()
    service = start(folder=tmp_path, OGROM_DATABASE_URL=url, OGROM_MIGRATE="0")
    answers = [service.get(path) for path in ("/health/ready", "/v1/de-DE/products", "/v1/de-DE/users/1")]
    assert [(each.status, "retry-after" in each.headers) for each in answers] == [(503, True)] * 3
    assert "migrated from nothing to " in run("migrate", OGROM_DATABASE_URL=url).stdout
    assert wait_until(lambda: service.get("/health/ready").status == 200, SECONDS)
    assert service.get("/v1/de-DE/products").json["items"] == []


def test_a_write_is_read_again(start: Callable[..., Any], mariadb: MariaDB, tmp_path: Path) -> None:
    """A comment is made, found and deleted."""
    service = start("--database", mariadb.database(), "--demo-products", "40", folder=tmp_path)
    collage = service.get("/v1/de-DE/collages").json["items"][0]["links"]["self"]
    body = '{"author_id": 1, "text": "Żółć 😀"}'.encode()
    made = service.request("POST", f"{collage}/comments", body, Content_Type="application/json")
    assert (made.status, made.json["text"]) == (201, "Żółć 😀")
    assert service.get(made.headers["location"]).json["text"] == "Żółć 😀"
    assert service.request("DELETE", made.headers["location"]).status == 204


@pytest.mark.parametrize(
    ("login", "database", "message"),
    [("root", "missing", "create it"), ("nobody:secret", "missing", "check user and password")],
)
def test_a_database_that_refuses_us_is_one_line(
    run: Callable[..., Any], mariadb: MariaDB, login: str, database: str, message: str
) -> None:
    """It says what to do, and no password."""
    done = run("serve", "--database", f"mysql://{login}@127.0.0.1:{mariadb.port}/{database}", OGROM_PORT="0")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert message in done.stderr
    assert "secret" not in done.stderr


def test_it_outlives_its_database(start: Callable[..., Any], tmp_path: Path) -> None:
    """While it is away, requests and readiness get a 503 that says when to come again; then all is well."""
    with MariaDB() as server:
        service = start("--database", server.database(), "--demo-products", "40", folder=tmp_path)
        assert service.get("/v1/de-DE/comments").status == 200
        server.stop()
        for path in ("/v1/de-DE/comments", "/health/ready"):
            answer = service.get(path)
            assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
            assert int(answer.headers["retry-after"]) > 0
            assert b"127.0.0.1" not in answer.content
        assert service.get("/health/live").status == 200
        server.start()
        assert wait_until(lambda: service.get("/health/ready").status == 200, SECONDS)
        assert service.get("/v1/de-DE/comments").status == 200
        assert service.stop() == 0


def test_no_request_outlives_its_deadline(
    start: Callable[..., Any], mariadb: MariaDB, tmp_path: Path
) -> None:
    """While the database hangs, whoever reads or writes is told in time to come again later; then all is well."""
    timeout = 1.0
    variables = {"OGROM_REQUEST_TIMEOUT": str(timeout), "OGROM_THREADS": "4", "OGROM_BREAKER_FAILURES": "0"}
    service = start("--database", mariadb.database(), "--demo-products", "40", folder=tmp_path, **variables)
    assert wait_until(lambda: service.get("/v1/de-DE/collages").status == 200, SECONDS)
    collage = service.get("/v1/de-DE/collages").json["items"][0]["links"]["self"]
    body = b'{"author_id": 1, "text": "x"}'

    def taken(number: int) -> float:
        begun = time.monotonic()
        if number % 2:
            answer = service.get("/v1/de-DE/comments")
        else:
            answer = service.request("POST", f"{collage}/comments", body, Content_Type="application/json")
        taken = time.monotonic() - begun
        assert (answer.status, answer.headers["content-type"]) == (504, "application/problem+json")
        assert int(answer.headers["retry-after"]) > 0
        return taken

    mariadb.pause()
    try:
        with ThreadPoolExecutor(4) as threads:
            # The first ones hang in connections that they had, the next ones in new ones.
            for _ in range(2):
                assert all(timeout <= seconds < SECONDS / 2 for seconds in threads.map(taken, range(4)))
    finally:
        mariadb.resume()
    assert wait_until(lambda: service.get("/v1/de-DE/comments").status == 200, SECONDS)
    assert service.stop() == 0


def test_a_locked_table_stops_nobody_who_needs_another(
    start: Callable[..., Any], mariadb: MariaDB, tmp_path: Path
) -> None:
    """What reads it is soon refused at once, and is served again when it is free; all else is answered throughout."""
    variables = {
        "OGROM_REQUEST_TIMEOUT": "1",
        "OGROM_CACHE_RECORDS": "0",
        "OGROM_BREAKER_FAILURES": "3",
        "OGROM_BREAKER_RESET_TIMEOUT": "3",
    }
    url = mariadb.database()
    service = start("--database", url, "--demo-products", "40", folder=tmp_path, **variables)
    locked = [f"/v1/de-DE/comments?limit={limit}" for limit in range(1, 7)]
    others = [
        f"/v1/de-DE/{path}" for path in ("products", "categories", "collages", "users/1", "search?q=rot")
    ]
    engine = database_engine(url)
    with ThreadPoolExecutor(len(locked)) as threads, engine.connect() as connection:
        connection.exec_driver_sql("LOCK TABLES comments WRITE")
        assert {each.status for each in threads.map(service.get, locked)} <= {503, 504}

        def is_refused() -> bool:
            answer = service.get(locked[0])
            return (answer.status, answer.headers.get("retry-after") in {"1", "2", "3"}) == (503, True)

        assert wait_until(is_refused, SECONDS)  # now and then one is let through, to try
        assert [service.get(path).status for path in others * 3] == [200] * 3 * len(others)
        connection.exec_driver_sql("UNLOCK TABLES")
    engine.dispose()
    assert wait_until(lambda: service.get(locked[0]).status == 200, SECONDS)
    assert service.stop() == 0
