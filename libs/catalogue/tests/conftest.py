"""A shop: what it publishes, and what comes of an import of it."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ogrom.catalogue.entries import BrokenFile, Rejected
from ogrom.catalogue.exporting import export
from ogrom.catalogue.files import Form, open_file
from ogrom.catalogue.importing import import_items, import_records, seen_offers
from ogrom.catalogue.merchant import Market
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import Stored
from ogrom.sources.testing.fixtures import empty, mariadb, migrated, store, url

__all__ = ["empty", "mariadb", "migrated", "store", "url"]  # what these tests use of the fixtures of sources

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
GERMANY = Market(locale="de-DE", currency="EUR")
HEADER = "id\ttitle\tbrand\timage_link\tprice\tproduct_type"

# Line, id, field and reason.
Reason = tuple[int, str, str, str]


@dataclass(frozen=True)
class Loaded:
    """What an import stored, everything that was wrong, and why it ended early if it did."""

    stored: Stored
    wrong: list[Reason]
    broken: str

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.stored.new, self.stored.changed, self.stored.unchanged


@dataclass(frozen=True)
class Shop:
    """Makes files in `folder` and loads them into `engine`."""

    engine: Engine
    folder: Path

    def file(self, content: str | bytes, name: str = "shop.tsv") -> Path:
        """A file of some text or bytes, compressed if it is named so."""
        data = content.encode() if isinstance(content, str) else content
        path = self.folder / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def row(
        self,
        id: str,
        title: str = "Rotes Kleid",
        brand: str = "Nümph",
        price: str = "15.00 EUR",
        path: str = "Damen > Kleider",
    ) -> str:
        """A good row, unless something else is asked for."""
        return f"{id}\t{title}\t{brand}\thttps://shop.example/image.jpg\t{price}\t{path}"

    def table(self, *rows: str) -> str:
        """Rows under their header."""
        return "\n".join((HEADER, *rows)) + "\n"

    def load(
        self,
        content: str | bytes | Path,
        market: Market = GERMANY,
        now: datetime = NOW,
        into: Engine | None = None,
    ) -> Loaded:
        """Import a file, or text in a file."""
        path = content if isinstance(content, Path) else self.file(content)
        engine = into or self.engine
        stored, rejected, broken = Stored(), list[Rejected](), ""
        try:
            with open_file(path) as file, seen_offers() as seen:
                if file.form is Form.JSON_LINES:
                    steps = import_records(engine, file)
                else:
                    steps = import_items(engine, file, market, seen, now)
                for step in steps:
                    stored += step.stored
                    rejected += step.rejected
        except BrokenFile as error:
            broken = str(error)
        wrong = [
            (each.line, each.id, fault.field, fault.reason) for each in rejected for fault in each.faults
        ]
        return Loaded(stored, wrong, broken)

    def export(self, name: str = "export.jsonl", of: Engine | None = None) -> bytes:
        """All that the store has, as a file has it."""
        path = self.folder / name
        export(of or self.engine, path, lambda done, total: None)
        return path.read_bytes()


@pytest.fixture
def shop(store: Engine, tmp_path: Path) -> Shop:
    """A shop beside an empty store."""
    return Shop(store, tmp_path)


@pytest.fixture
def own_shop(empty: Engine, tmp_path: Path) -> Shop:
    """A shop beside a store that no other test uses: after the highest id of all it gives out no new ones."""
    migrate(empty)
    return Shop(empty, tmp_path)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Engine]:
    """Another empty store, in SQLite."""
    engine = database_engine(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(engine)
    yield engine
    engine.dispose()
