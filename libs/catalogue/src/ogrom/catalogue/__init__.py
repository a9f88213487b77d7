"""A shop's products in and out of Ogrom's database, and `demo`, a shop of any size."""

__all__: list[str] = []  # a module that is for others has an `__all__` of its own
