"""ALGORITHM and LOCK of a step, with which the server refuses rather than copies or locks the table.

`ogrom_rules.schema.verdicts` says what each server takes, and the rules refuse other clauses.
"""

from sqlalchemy import Dialect

from .inspection import is_mariadb

__all__ = ["brief", "building", "instant"]


def instant(dialect: Dialect) -> dict[str, str]:
    """For what only changes the description of the table. Beside INSTANT, MySQL takes no LOCK."""
    return _clauses(dialect, "INSTANT", "INSTANT", "")


def brief(dialect: Dialect, mariadb: str) -> dict[str, str]:
    """For what changes no row, but is not INSTANT on MySQL, which takes no LOCK=NONE beside a foreign key's CASCADE.

    Args:
        mariadb: MariaDB's algorithm.
    """
    return _clauses(dialect, mariadb, "INPLACE", "")


def building(dialect: Dialect, mariadb: str) -> dict[str, str]:
    """For what takes as long as the table is large, while others write to it.

    Args:
        mariadb: MariaDB's algorithm.
    """
    return _clauses(dialect, mariadb, "INPLACE", "NONE")


def _clauses(dialect: Dialect, mariadb: str, mysql: str, lock: str) -> dict[str, str]:
    if dialect.name == "sqlite":
        return {}
    algorithm, lock = (mariadb, "NONE") if is_mariadb(dialect) else (mysql, lock)
    return {"algorithm": algorithm, "lock": lock}
