"""The service's warm-up: who is asked, in which form, and what remains of it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from ogrom.http.flask import ANSWERED
from ogrom.operations.requests import WARMING
from ogrom.run.container import Container
from ogrom.run.hosting import run_warm_up
from ogrom.server import Worker
from ogrom.server.scoreboard import Scoreboard, WorkerSlot
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.testing import MariaDB
from ogrom.sources.testing.fixtures import mariadb

__all__ = ["mariadb"]

Make = Callable[..., Container]


def asked(container: Container) -> list[dict[str, Any]]:
    """The environments of all requests that come to the application."""
    seen: list[dict[str, Any]] = []
    app = container.app()
    inner = app.wsgi_app

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ)
        return inner(environ, start_response)

    app.wsgi_app = outer  # type: ignore[method-assign]
    return seen


def test_every_endpoint_of_every_market_is_asked(make_container: Make, store: str) -> None:
    """With parameters of what there is; as pages too in the first market, where templates are still cold."""
    container = make_container(store)
    seen = asked(container)
    assert run_warm_up(container, container.settings())
    found = {(each[ANSWERED].mount, each[ANSWERED].endpoint) for each in seen}
    markets = {(locale, each.name) for locale in container.markets() for each in container.endpoints()}
    assert found == markets | {("service", each.name) for each in container.front().endpoints}
    counts = Counter((each[ANSWERED].mount, each.get("HTTP_ACCEPT", "")) for each in seen)
    assert counts["de-DE", "text/html"] == counts["de-DE", ""] == len(container.endpoints())
    assert counts["pl-PL", "text/html"] == 0
    assert counts["service", "text/html"] == len(container.front().endpoints)


def test_it_only_reads_and_says_that_nobody_has_asked(
    make_container: Make, store: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is written, and whoever logs, counts or limits can leave it out."""
    container = make_container(store)
    seen = asked(container)
    with caplog.at_level(logging.INFO):
        run_warm_up(container, container.settings())
    assert {each["REQUEST_METHOD"] for each in seen} == {"GET"}
    assert all(each[WARMING] for each in seen)
    assert caplog.text == ""


def test_the_last_traces_are_those_of_clients(make_container: Make, store: str) -> None:
    """A developer who has just started it looks for their own."""
    container = make_container(store, said={"trace": True})
    run_warm_up(container, container.settings())
    tracer = container.operations().tracer
    assert tracer is not None
    assert tracer.traces.last() == ()
    container.app().test_client().get("/v1/de-DE/")
    assert len(tracer.traces.last()) == 1


def test_each_thread_has_its_connection(make_container: Make, store: str) -> None:
    """The pool holds as many as there are threads, and nobody has one any more."""
    container = make_container(store, said={"threads": 3})
    run_warm_up(container, container.settings())
    pool: Any = container.engine().pool
    assert (pool.checkedin(), pool.checkedout()) == (5, 0)  # and two for searches


@pytest.mark.slow
@pytest.mark.parametrize(("loop", "connections"), [(True, 8), (False, 0)])
def test_the_loop_has_its_connections(
    make_container: Make, mariadb: MariaDB, loop: bool, connections: int
) -> None:
    """Where requests run on one; otherwise nobody would use them."""
    worker = Worker(WorkerSlot(Scoreboard(1), 0), loop)
    container = make_container(mariadb.database(), worker=worker)
    migrate(container.engine())
    assert run_warm_up(container, container.settings())
    assert container.store().polled[container.engine()].connections == (0, connections)


def test_without_data_every_endpoint_is_asked_all_the_same(make_container: Make, tmp_path: Any) -> None:
    """A new installation is warm as well."""
    container = make_container(f"sqlite:///{tmp_path}/empty.sqlite3")
    migrate(container.engine())
    seen = asked(container)
    assert run_warm_up(container, container.settings())
    assert {each[ANSWERED].endpoint for each in seen} >= {each.name for each in container.endpoints()}


def test_no_connection_is_an_error(make_container: Make) -> None:
    """Of the database, for whoever tries again."""
    container = make_container("mysql://root@127.0.0.1:1/ogrom")
    with pytest.raises(SQLAlchemyError):
        run_warm_up(container, container.settings())


def test_it_ends_in_time(make_container: Make, store: str, caplog: pytest.LogCaptureFixture) -> None:
    """What is left is warmed by the first who asks for it."""
    container = make_container(store)
    seen = asked(container)
    assert run_warm_up(container, container.settings(), seconds=0.0)
    assert seen == []
    assert "the warm-up took too long" in caplog.text
