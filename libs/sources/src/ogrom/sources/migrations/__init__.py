"""The history of the tables, one for MySQL, MariaDB and SQLite: revisions in `versions/`, run by `env.py`.

From 0006 on each runs one of `ogrom.sources.schema.changes`, an expand, and has its number.
"""
