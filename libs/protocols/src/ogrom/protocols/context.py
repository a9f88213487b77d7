"""The Context: what every call carries into a source, as `ctx` did in the talk's protocols."""

import time

from msgspec import Struct

from .copies import Copies


class Principal(Struct, frozen=True, kw_only=True):
    """Who makes the call: the user's id and what the caller may do."""

    user_id: int
    scopes: frozenset[str] = frozenset()


class Context(Struct, frozen=True, kw_only=True):
    """What a call knows about the request it serves.

    Attributes:
        locale: the market, a BCP 47 tag such as `de-DE`.
        request_id: names the request in logs and in what the client is told.
        deadline: the moment on `time.monotonic()`'s clock after which nobody waits any more, in seconds.
        principal: who asks; None for anybody.
        fresh: whether only the store's own answer will do, since something is decided on it, such as a write.
        copies: where a source says that it answered from memory; None where nobody wants to know.
        traceparent: the trace that the request belongs to, as the caller wrote it (W3C Trace Context, 3.2), for
            whoever passes the call on; empty for none.
    """

    locale: str
    request_id: str = ""
    deadline: float | None = None
    principal: Principal | None = None
    fresh: bool = False
    copies: Copies | None = None
    traceparent: str = ""

    def remaining(self) -> float | None:
        """The seconds left until the deadline, never below 0.0; None where there is no deadline."""
        if self.deadline is None:
            return None
        return max(0.0, self.deadline - time.monotonic())
