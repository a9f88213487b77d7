"""The container."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from dependency_injector import errors, providers

from ogrom.core import Sources
from ogrom.http import Endpoint, Mount
from ogrom.operations.command_line import Failure
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings
from ogrom.sources.database.engine import database_engine


def test_every_part_can_be_built(make_container: Callable[..., Container], store: str) -> None:
    """Each from those that it asks for."""
    container = make_container(store)
    built = {name: provider() for name, provider in container.providers.items() if name != "remote"}
    assert isinstance(built["sources"], Sources)
    assert all(isinstance(each, Endpoint) for each in built["endpoints"])
    assert isinstance(built["front"], Mount)
    assert built["check"].fault == ""


def test_every_part_can_be_built_over_another_service() -> None:
    """The same endpoints, whose sources are all the other's; no database is wanted."""
    url = DatabaseUrl("http://127.0.0.1:1/")
    container = Container(settings=Settings(database_url=url, threads=2))
    built = {
        name: provider()
        for name, provider in container.providers.items()
        if name not in {"engine", "reader", "store", "sql", "writer_probe", "entry"}
    }
    assert {type(getattr(built["database"], each.name)).__module__ for each in fields(Sources)} == {
        f"ogrom.client.{each}" for each in ("products", "collages", "comments", "outcomes")
    }
    assert built["check"].fault == "The service behind cannot be used; the log says why."
    built["remote"].close()


def test_a_service_whose_authorities_cannot_be_read_is_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts it is told which variable is wrong, and reads no password."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such.pem")
    container = Container(settings=Settings(database_url=DatabaseUrl("https://me:secret@127.0.0.1:1/")))
    with pytest.raises(Failure) as failure:
        container.remote()
    assert failure.value.message == (
        "service: https://me:***@127.0.0.1:1/ cannot be used: SSL_CERT_FILE=/no/such.pem cannot be used: "
        "No such file or directory; name a PEM file of certificates, or unset it"
    )


def test_parts_are_built_once(make_container: Callable[..., Container], store: str) -> None:
    """All sources share one database, and whoever asks twice gets the same."""
    container = make_container(store)
    assert container.app() is container.app()
    assert container.sql().products.database is container.sql().comments.database is container.store()


def test_a_test_can_give_it_other_parts(make_container: Callable[..., Container], store: str) -> None:
    """What is given to the constructor is what everything is built from."""
    engine = database_engine(store)
    container = make_container("mysql://root@127.0.0.1:1/unused", engine=providers.Object(engine))
    assert container.sql().products.database.writer is engine


def test_containers_share_nothing(make_container: Callable[..., Container], store: str) -> None:
    """Two containers are two services."""
    assert make_container(store).engine() is not make_container(store).engine()


def test_settings_are_needed() -> None:
    """A container without settings builds nothing."""
    with pytest.raises(errors.Error):
        Container().engine()


def test_each_thread_has_a_connection_and_so_has_the_check(
    make_container: Callable[..., Container], store: str
) -> None:
    """A full house does not keep the readiness check waiting."""
    assert make_container(store).engine().pool.status().startswith("Pool size: 5 ")


def test_the_reader_has_as_many_of_its_own(tmp_path: Path) -> None:
    """Each thread may need one of either."""
    urls = [DatabaseUrl(f"sqlite:///{tmp_path}/{name}.db") for name in ("writer", "reader")]
    container = Container(settings=Settings(database_url=urls[0], database_reader_url=urls[1], threads=5))
    store = container.store()
    assert [each.url.database for each in (store.writer, store.reader)] == [
        f"{tmp_path}/writer.db",
        f"{tmp_path}/reader.db",
    ]
    for engine in (store.writer, store.reader):
        assert engine.pool.status().startswith("Pool size: 8 ")
    store.dispose()


def test_without_a_reader_one_engine_does_both(make_container: Callable[..., Container], store: str) -> None:
    """And is asked once whether it is ready."""
    container = make_container(store)
    assert container.store().reader is container.store().writer is container.engine()
    assert container.writer_probe() is None
