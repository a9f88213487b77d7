"""A town's people, on SQLite and on MariaDB."""

import pytest
from sqlalchemy import BigInteger, Column, Engine, ForeignKey, MetaData, String, Table

from ogrom.sources.schema.operations.second_column import SecondColumn
from ogrom.sources.schema.operations.split_table import SplitTable

PERSON = "id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL"
TABLES = (
    "CREATE TABLE towns (id BIGINT NOT NULL PRIMARY KEY)",
    "CREATE TABLE pets (id BIGINT NOT NULL PRIMARY KEY)",
    f"CREATE TABLE people ({PERSON}, note VARCHAR(50), number INT NOT NULL, town_id BIGINT)",
    "CREATE INDEX ix_people_name ON people (name)",
    "CREATE INDEX ix_people_town_id ON people (town_id)",
    "INSERT INTO towns VALUES (1), (2)",
    "INSERT INTO people VALUES (1, 'Ann', 'a', 11, 1), (2, 'Bob', NULL, 12, 2), (3, 'Cid', 'c ', 13, NULL)",
)

RENAMED = SecondColumn("people", "note", "remark", String(100), up="{note}", down="{remark}")
SPLIT = SplitTable(
    "people",
    {"note": None},
    Table(
        "notes",
        MetaData(),
        Column("id", BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        Column("note", String(50)),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    ),
)


@pytest.fixture
def people(empty: Engine) -> Engine:
    """An engine on three people in two towns."""
    make_people(empty)
    return empty


@pytest.fixture
def mariadb_people(mariadb_engine: Engine) -> Engine:
    """The same on MariaDB only."""
    make_people(mariadb_engine)
    return mariadb_engine


def make_people(engine: Engine) -> None:
    """Make the tables, as they were before the change."""
    options = "" if engine.dialect.name == "sqlite" else " ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
    with engine.begin() as connection:
        for text in TABLES:
            connection.exec_driver_sql(text + options if text.startswith("CREATE TABLE") else text)
