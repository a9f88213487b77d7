"""What can go wrong in a source, however it is implemented."""


class SourceError(Exception):
    """A source could not do what it was asked; `source` is its name, for logs and messages."""

    def __init__(self, source: str, message: str) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source
        self.message = message


class Unavailable(SourceError):
    """The source cannot be reached or is overloaded; nothing was stored, and the same call may work later.

    `retry_after` is the seconds after which it is worth trying again; None if the source does not know.
    """

    def __init__(self, source: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(source, message)
        self.retry_after = retry_after


class Timeout(SourceError):
    """The Context's deadline passed before the source had an answer; nothing was stored, unless it is Unconfirmed."""


class Unconfirmed(Timeout):
    """The source was told to store the write, and did not say whether it has.

    It may or may not be stored, so whoever repeats the call may store it twice: read first. A call with an idempotency
    key may be repeated with the same one.
    """


class WriteUnderway(SourceError):
    """Another call with the same idempotency key is writing, and had not ended at the deadline; nothing was stored."""


class KeyReused(SourceError):
    """The idempotency key belongs to another write; nothing was stored."""


class Conflict(SourceError):
    """The write contradicts what is stored: another revision, a taken key, a reference to nothing.

    Nothing was stored.
    """


class Forbidden(SourceError):
    """The store does not allow this caller to do that; nothing was stored."""


class BadCursor(SourceError):
    """The cursor was not made by this list of this source."""
