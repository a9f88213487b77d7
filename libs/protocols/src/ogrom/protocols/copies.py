"""Copies: where it is said that an answer came from memory, so that nobody takes it for news."""


class Copies:
    """What one request was told from memory; for the thread of that request.

    Attributes:
        age: how long ago the oldest was read from its store, in seconds; None where all answers are the stores'.
        fresh_for: for how long the first of them to grow stale will be served, in seconds; below 0.0 where
            it is stale already and was served because its store does not answer; None where there is none.
    """

    __slots__ = ("age", "fresh_for")

    def __init__(self) -> None:
        self.age: float | None = None
        self.fresh_for: float | None = None

    def add(self, age: float, fresh_for: float) -> None:
        """Say that an answer is a copy of this age, which stays fresh for so long; both in seconds."""
        self.age = age if self.age is None else max(self.age, age)
        self.fresh_for = fresh_for if self.fresh_for is None else min(self.fresh_for, fresh_for)
