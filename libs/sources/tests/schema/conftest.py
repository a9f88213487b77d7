"""A town's people, on SQLite and on MariaDB."""

import pytest
from sqlalchemy import Engine

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
