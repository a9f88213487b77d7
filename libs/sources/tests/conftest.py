"""The fixtures of databases, which the tests of other libraries use too."""

from ogrom.sources.testing.fixtures import empty, mariadb, mariadb_engine, migrated, sources, store, url

__all__ = ["empty", "mariadb", "mariadb_engine", "migrated", "sources", "store", "url"]
