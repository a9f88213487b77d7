"""Writes: whether a request has written, so that it does not read what was before."""


class Writes:
    """What one request has written; its Context and every one made of that share it, and it ends with them.

    Attributes:
        begun: whether a write was begun, even one that failed: it may have been stored, and a Conflict tells of
            what a replica may not have yet. Only ever set, so threads may share it.
    """

    __slots__ = ("begun",)

    def __init__(self) -> None:
        self.begun = False
