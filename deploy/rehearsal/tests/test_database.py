"""The rehearsal's database, and what its two users may."""

import mysql.connector
import pytest
from sqlalchemy.engine import make_url

from ogrom_rehearsal.database import Database


def test_the_instances_user_may_not_change_tables() -> None:
    """That of a task on the database may; both have the same data."""

    def connected(url: str) -> mysql.connector.MySQLConnection:
        parts = make_url(url)
        return mysql.connector.MySQLConnection(
            host=parts.host, port=parts.port, user=parts.username, database=parts.database
        )

    with Database() as database:
        with connected(database.migration_url) as owner, owner.cursor() as cursor:
            cursor.execute("CREATE TABLE t (id INT PRIMARY KEY)")
        with connected(database.service_url) as service, service.cursor() as cursor:
            cursor.execute("INSERT INTO t VALUES (1)")
            for statement in ("ALTER TABLE t ADD x INT", "DROP TABLE t", "CREATE TABLE u (id INT)"):
                with pytest.raises(mysql.connector.Error, match="denied"):
                    cursor.execute(statement)
