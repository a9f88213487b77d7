"""Consistency: what a request has written, and how old the copies are that it was answered with."""


class Writes:
    """Whether a request has written; its Context and every one made of that share it, and it ends with them.

    Attributes:
        begun: whether a write was begun, even one that failed: it may have been stored, and a Conflict may be about
            something that a replica does not have yet. It is only ever set, so threads may share it.
    """

    __slots__ = ("begun",)

    def __init__(self) -> None:
        self.begun = False


class Copies:
    """The copies that one request was answered with; for the thread of that request.

    Attributes:
        age: how long ago the oldest was read from its store, in seconds; None if all answers are the stores' own.
        fresh_for: for how long the first of them to become stale stays fresh, in seconds; negative if it is stale
            already and was served because its store does not answer; None if there is none.
    """

    __slots__ = ("age", "fresh_for")

    def __init__(self) -> None:
        self.age: float | None = None
        self.fresh_for: float | None = None

    def add(self, age: float, fresh_for: float) -> None:
        """Add a copy of this age, which stays fresh for so long; both in seconds."""
        self.age = age if self.age is None else max(self.age, age)
        self.fresh_for = fresh_for if self.fresh_for is None else min(self.fresh_for, fresh_for)
