"""What imports ask is read by keys too, however much there is: MariaDB's plan for each of their statements."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ogrom.catalogue.demo import catalogue
from ogrom.catalogue.importing import seen_offers
from ogrom.catalogue.pruning import missing, prune
from ogrom.sources.database.statements import listening
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.tables import metadata

NOW = datetime(2026, 11, 25, tzinfo=UTC)

pytestmark = pytest.mark.slow

# An import holds the tree of categories in memory, and it is read whole: some hundred rows.
READ_BY_KEYS = metadata.tables.keys() - {"categories", "category_names"}


def scans(connection: Connection, statement: str, values: Any) -> list[str]:
    """The tables, other than those, that a statement reads from one end to the other."""
    one = values[0] if isinstance(values, list) else values
    plan = connection.exec_driver_sql(f"EXPLAIN {statement}", one).mappings()
    return [row["table"] for row in plan if row["type"] in {"ALL", "index"} and row["table"] in READ_BY_KEYS]


def test_an_import_reads_by_keys(own_shop: Any) -> None:
    """What is there, what changes, what search finds, what is written and what is taken away."""
    if own_shop.engine.dialect.name == "sqlite":
        return
    load(own_shop.engine, catalogue(products=3000))
    own_shop.load(own_shop.table(*(own_shop.row(f"A{n}", path=f"Damen > Art {n % 50}") for n in range(3000))))
    exported = own_shop.export().decode().splitlines()
    asked: dict[str, Any] = {}
    with own_shop.engine.connect() as connection, listening(own_shop.engine, asked.setdefault):
        for table in metadata.sorted_tables:
            connection.execute(text(f"ANALYZE TABLE {table.name}")).all()
        rows = (own_shop.row(f"A{n}", title="Neu", path=f"Damen > Art {n % 60}") for n in range(2900, 3100))
        own_shop.load(own_shop.table(*rows))
        changed = [
            line.replace("Kleid", "Rock").replace('"title":"', '"title":"x') for line in exported[::40]
        ]
        own_shop.load("\n".join(changed) + "\n")
        with seen_offers() as seen:
            for n in range(2950):
                seen.first(f"A{n}", n)
            gone = list(missing(own_shop.engine, "de-DE", seen))
        assert sum(prune(own_shop.engine, "de-DE", each.ids, NOW) for each in gone) == 150
    read = {sql: values for sql, values in asked.items() if sql.startswith(("SELECT", "UPDATE", "DELETE"))}
    assert len(read) > 10
    with own_shop.engine.connect() as connection:
        assert {sql: found for sql, values in read.items() if (found := scans(connection, sql, values))} == {}
