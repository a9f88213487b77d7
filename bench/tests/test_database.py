import shutil
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import make_url

from bench import database
from bench.database import DatabaseInUse, export_catalogue, seconds_to_ask, seeded_database, server_process
from bench.measure.distance import delayed_database
from bench.peers import MEMORY, PEERS
from bench.peers.check import Catalogue, checked
from ogrom.sources.database.engine import database_engine
from ogrom_rehearsal.usage import processor_seconds

PRODUCTS = 60


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a seeded database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "ROOT", tmp_path_factory.mktemp("root"))
        with seeded_database(PRODUCTS) as url:
            yield url


@pytest.mark.slow
def test_ogrom_does_what_is_asked_of_its_peers(stock: str, tmp_path: Path) -> None:
    """From its cache and from the database, with one catalogue for both."""
    assert make_url(stock).port, "the driver would take a port that another server may have"
    catalogue = export_catalogue(stock, tmp_path)
    content = Catalogue.read(catalogue)
    assert 0 < len(content.products) <= PRODUCTS
    for store in (MEMORY, stock):
        assert checked(PEERS["ogrom"], store, catalogue, processes=1) == ()


@pytest.mark.slow
def test_a_database_that_burns_processor_time_is_seen(stock: str) -> None:
    """Its process is found even through a slow network; waiting does not count."""
    engine = database_engine(stock)
    with delayed_database(stock) as there, engine.connect() as connection:
        process = server_process(there.url)

        def used(sql: str) -> float:
            before = processor_seconds([process])
            connection.exec_driver_sql(sql).close()
            return processor_seconds([process]) - before

        waited = used("SELECT SLEEP(0.2)")
        burned = used("SELECT BENCHMARK(1000000, MD5('ogrom'))")
        assert seconds_to_ask(there.url, 20) > 0.001, "no answer comes sooner than the network lets it"
    engine.dispose()
    assert burned > 0.05
    assert waited < burned / 4


def test_two_do_not_measure_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of the second says what to do."""
    monkeypatch.setattr(database, "ROOT", tmp_path)
    monkeypatch.setattr(database, "_fill", lambda kept, products: kept.mkdir())
    monkeypatch.setattr(database, "_Server", lambda kept: nullcontext(SimpleNamespace(url="mysql://here")))
    with (
        seeded_database(PRODUCTS),
        pytest.raises(DatabaseInUse, match="wait for the other measurement"),
        seeded_database(PRODUCTS),
    ):
        pass


def test_other_words_of_the_demo_are_other_data() -> None:
    """The demo's data files decide the rows as much as its modules do."""
    decides = {path.name for folder in database._DECIDES_ROWS for path in folder.rglob("*")}
    assert {"products.py", "v0002_search.py"} <= decides
    assert any(name.endswith(".toml") for name in decides)


def test_data_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the tables or the demo have changed, or filling was interrupted."""
    made: list[int] = []
    whole = True

    def fill(kept: Path, products: int) -> None:
        made.append(products)
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        if not whole:
            raise InterruptedError

    def ask() -> None:
        with suppress(InterruptedError), seeded_database(PRODUCTS) as url:
            assert url == "mysql://here/ogrom"

    monkeypatch.setattr(database, "ROOT", tmp_path)
    monkeypatch.setattr(database, "_fill", fill)
    monkeypatch.setattr(database, "_Server", lambda kept: nullcontext(SimpleNamespace(url="mysql://here")))
    ask()
    ask()
    assert len(made) == 1
    monkeypatch.setattr(database, "_state", lambda: "another")
    whole = False
    ask()
    ask()
    assert len(made) == 3
    whole = True
    ask()
    ask()
    assert made == [PRODUCTS] * 4
