"""The history of the tables, one for MySQL, MariaDB and SQLite: revisions in `versions/`, run by `env.py`.

A new revision is written beside the last one, with the next number, and `HEAD` in `migrate.py` names it.
"""
