"""The history of the tables, one for MySQL, MariaDB and SQLite: revisions in `versions/`, run by `env.py`."""
