"""Databases."""

from ogrom.sources.testing.fixtures import empty, mariadb, mariadb_engine, url

__all__ = ["empty", "mariadb", "mariadb_engine", "url"]
