"""Ogrom's data sources over SQL: `database`, `sql`, `search`, `wrappers`, `migrations`, `testing`."""

__all__: list[str] = []  # a module that is for others has an `__all__` of its own
