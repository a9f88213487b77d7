"""Ogrom's data sources over SQL: `engine`, `migrate`, `loading`, and `sql` which bundles one source a protocol."""

__all__: list[str] = []  # what others may use says so in an `__all__` of its own
