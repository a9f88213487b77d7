"""Ogrom's data sources over SQL: `engine`, `migrate`, `loading`, and `sql` which bundles one source a protocol."""
