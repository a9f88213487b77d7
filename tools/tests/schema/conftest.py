"""An empty database of either kind, and MariaDB."""

from ogrom.sources.testing.fixtures import empty, mariadb, mariadb_engine, url

__all__ = ["empty", "mariadb", "mariadb_engine", "url"]
