"""Each verdict on MariaDB is what it says, on a table with rows: less is refused."""

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ogrom_rules.schema import CASCADE, FULL_TEXT, KINDS, SERVERS, Verdict, verdict

TABLE = """
CREATE TABLE filled (
    id BIGINT NOT NULL, author_id BIGINT NOT NULL, editor_id BIGINT NOT NULL, code VARCHAR(20) NOT NULL,
    locale VARCHAR(35) NOT NULL, title VARCHAR(255) NOT NULL, mood VARCHAR(20) DEFAULT 'calm', note TEXT,
    PRIMARY KEY (id), INDEX ix_author (author_id),
    CONSTRAINT fk_author FOREIGN KEY (author_id) REFERENCES authors (id){more}
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
"""
DDL = {
    "add_column": "ADD COLUMN terms TEXT",
    "add_column (not null)": "ADD COLUMN likes INTEGER NOT NULL DEFAULT 0",
    "add_index": "ADD INDEX ix_title (title)",
    "add_index (unique)": "ADD UNIQUE INDEX uq_title (title, id)",
    "add_index_full_text": "ADD FULLTEXT INDEX ft_title (title)",
    "add_foreign_key": "ADD CONSTRAINT fk_second FOREIGN KEY (author_id) REFERENCES authors (id)",
    "set_default": "ALTER COLUMN title SET DEFAULT 'none'",
    "drop_default": "ALTER COLUMN mood DROP DEFAULT",
    "set_null": "MODIFY COLUMN title VARCHAR(255)",
    "set_not_null": "MODIFY COLUMN mood VARCHAR(20) NOT NULL DEFAULT 'calm'",
    "widen": "MODIFY COLUMN code VARCHAR(40) NOT NULL",
    "widen_past_255_bytes": "MODIFY COLUMN locale VARCHAR(100) NOT NULL",
    "ignore_index": "ALTER INDEX ix_mood IGNORED",
    "heed_index": "ALTER INDEX ix_mood NOT IGNORED",
    "drop_index": "DROP INDEX ix_mood",
    "drop_foreign_key": "DROP FOREIGN KEY fk_author",
    "drop_column": "DROP COLUMN note",
    "replace_primary_key": "DROP PRIMARY KEY, ADD PRIMARY KEY (locale, id)",
}
MORE = {
    FULL_TEXT: "FULLTEXT INDEX ft_code (code)",
    CASCADE: "CONSTRAINT fk_cascade FOREIGN KEY (editor_id) REFERENCES authors (id) ON DELETE CASCADE",
}
REFUSED = {1845, 1846}
"""ER_ALTER_OPERATION_NOT_SUPPORTED, and the same with a reason."""
WAYS = [(way, lock) for lock in ("NONE", "SHARED") for way in ("INSTANT", "NOCOPY", "INPLACE", "COPY")]
"""The best first: writers must go on, and then the less is written the better."""


@pytest.mark.slow
@pytest.mark.parametrize("beside", [(), (FULL_TEXT,), (CASCADE,), (FULL_TEXT, CASCADE)], ids=" ".join)
def test_mariadb_takes_it_and_no_less(mariadb_engine: Engine, beside: tuple[str, ...]) -> None:
    """The verdicts are the best ways that it takes; where writers wait in any, it counts no more how."""
    expected = {name: verdict("mariadb", name.split(" ", 1)[0], beside) for name in DDL}
    with mariadb_engine.connect() as connection:
        found = {name: least(connection, ddl, expected[name].session, beside) for name, ddl in DDL.items()}
    counts = {name: (each.algorithm, each.lock, each.rebuilds) for name, each in expected.items()}
    stopped = {name for name, each in expected.items() if each.stops_writers}
    assert {name for name, (_, lock, _) in found.items() if lock == "SHARED"} == stopped
    assert {name: each for name, each in found.items() if name not in stopped} == {
        name: each for name, each in counts.items() if name not in stopped
    }


def least(connection: Connection, ddl: str, session: str, beside: tuple[str, ...]) -> tuple[str, str, bool]:
    """The first way that the server takes, and whether the table was written anew."""
    connection.exec_driver_sql(session or "SET SESSION foreign_key_checks = 1")
    fill(connection, beside)
    before = number(connection)
    for algorithm, lock in WAYS:
        try:
            connection.exec_driver_sql(f"ALTER TABLE filled {ddl}, ALGORITHM={algorithm}, LOCK={lock}")
        except DBAPIError as error:
            if error.orig is None or error.orig.args[0] not in REFUSED:
                raise
        else:
            return algorithm, lock, number(connection) != before
    raise AssertionError(f"the server does not take {ddl} in any way")


def fill(connection: Connection, beside: tuple[str, ...]) -> None:
    more = ", ".join(("", "INDEX ix_mood (mood)", *(MORE[each] for each in beside)))
    rows = "SELECT seq, 1, 1, concat('c', seq), 'de-DE', concat('title ', seq), 'calm', 'none' FROM seq_1_to_2000"
    for statement in (
        "DROP TABLE IF EXISTS filled, authors",
        "CREATE TABLE authors (id BIGINT PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO authors VALUES (1)",
        TABLE.format(more=more),
        f"INSERT INTO filled {rows}",
    ):
        connection.exec_driver_sql(statement)
    connection.commit()


def number(connection: Connection) -> int | None:
    """InnoDB's number of the table; one that is written anew gets another."""
    found: int | None = connection.exec_driver_sql(
        "SELECT table_id FROM information_schema.innodb_sys_tables WHERE name = concat(database(), '/filled')"
    ).scalar()
    return found


def test_each_row_of_mariadb_is_tried() -> None:
    assert {each.split(" ")[0] for each in DDL} == SERVERS["mariadb"].verdicts.keys()


def test_each_row_of_mysql_has_its_section() -> None:
    """It was not run, so that nobody takes it for tried."""
    assert all(each.section.startswith(("17.12.1, ", "10.3.12")) for each in rows_of("mysql"))
    assert not any(each.section for each in rows_of("mariadb"))


def rows_of(server: str) -> list[Verdict]:
    return [*SERVERS[server].verdicts.values(), *SERVERS[server].with_full_text.values()]


@pytest.mark.parametrize("server", SERVERS)
def test_each_operation_has_a_verdict_or_no_clause(server: str) -> None:
    """CREATE and DROP TABLE, triggers and fills take neither ALGORITHM nor LOCK; some are refused before it counts."""
    without = {"add_table", "drop_table", "add_trigger", "drop_trigger", "fill"}
    refused = {"rename_column", "rename_table", "change_type"}
    variants = {"widen", "widen_past_255_bytes", "add_index_full_text"}
    assert SERVERS[server].verdicts.keys() - variants == KINDS.keys() - without - refused
    assert all(verdict(server, each) == Verdict() for each in without)
