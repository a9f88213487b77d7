"""The Context: what every call carries into a source, as `ctx` did in the talk's protocols."""

import time

from msgspec import Struct, field

from .copies import Copies
from .writes import Writes


class Bearer(Struct, frozen=True):
    """A bearer token (RFC 6750), for whoever passes a call on; it can be printed without being told."""

    token: str

    def __repr__(self) -> str:
        """The kind of credentials, and nothing of them."""
        return "Bearer(***)"


class Principal(Struct, frozen=True, kw_only=True):
    """Who makes the call.

    Attributes:
        user_id: the user's.
        scopes: what the caller may do.
        bearer: the token that says so, where the call will be passed on; otherwise nobody keeps it.
    """

    user_id: int
    scopes: frozenset[str] = frozenset()
    bearer: Bearer | None = None


class Context(Struct, frozen=True, kw_only=True):
    """What a call knows about the request it serves; each request has one of its own.

    With `msgspec.structs.replace` a request makes others of it, such as one of another market.

    Attributes:
        locale: the market, a BCP 47 tag such as `de-DE`.
        request_id: names the request in logs and in what the client is told.
        deadline: the moment on `time.monotonic()`'s clock after which nobody waits any more, in seconds.
        shortened: whether the caller has asked for less time than the service gives. What comes too late for it says
            nothing of the store.
        principal: who asks; None for anybody.
        credentials_fault: why nothing that the caller sent tells who asks, where that is a reason to refuse, in
            words for the caller, as an `error_description` of RFC 6750 can hold them; empty where it is none.
        fresh: whether only the store's own answer will do, since something is decided on it, such as a write.
        writes: whether the request has written; set by the sources.
        copies: where a source says that it answered from memory; None where nobody wants to know.
        traceparent: the trace that the request belongs to, as the caller wrote it (W3C Trace Context, 3.2), for
            whoever passes the call on; empty for none.
        tracestate: what the systems of that trace have noted in it (W3C Trace Context, 3.3), as it was sent; empty
            for nothing, and of no use without `traceparent`.
    """

    locale: str
    request_id: str = ""
    deadline: float | None = None
    shortened: bool = False
    principal: Principal | None = None
    credentials_fault: str = ""
    fresh: bool = False
    copies: Copies | None = None
    traceparent: str = ""
    tracestate: str = ""
    writes: Writes = field(default_factory=Writes)

    @property
    def wants_latest(self) -> bool:
        """Whether only the newest will do, and neither a replica's answer nor one from memory."""
        return self.fresh or self.writes.begun

    def remaining(self) -> float | None:
        """The seconds left until the deadline, never below 0.0; None where there is no deadline."""
        if self.deadline is None:
            return None
        return max(0.0, self.deadline - time.monotonic())
