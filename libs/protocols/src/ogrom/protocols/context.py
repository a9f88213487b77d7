"""The Context: what every call carries into a source, like `ctx` in the talk's protocols."""

import time
from typing import Literal, TypeAlias

from msgspec import Struct, field

from .consistency import Copies, Writes

CredentialsFault: TypeAlias = Literal["invalid", "expired", "unverifiable"]
"""What is wrong with credentials: they are not valid, no longer valid, or there is no key to tell."""


class Bearer(Struct, frozen=True):
    """A bearer token (RFC 6750), for sources that pass a call on; its `repr` does not show it."""

    token: str

    def __repr__(self) -> str:
        """The kind of credentials, without the token."""
        return "Bearer(***)"


class Principal(Struct, frozen=True, kw_only=True):
    """Who makes the call.

    Attributes:
        user_id: the user's.
        scopes: what the caller may do.
        bearer: the token that says so, if the call will be passed on; otherwise it is not kept.
    """

    user_id: int
    scopes: frozenset[str] = frozenset()
    bearer: Bearer | None = None


class IdempotencyKey(Struct, frozen=True, kw_only=True):
    """What tells a write from all others, so that it is written once however often it is sent.

    Attributes:
        text: the caller's own name for the write, of 1 to 255 ASCII characters.
        fingerprint: what the same write always has and no other: the SHA-256 of the request, in hex.
    """

    text: str
    fingerprint: str


class Context(Struct, frozen=True, kw_only=True):
    """What a call knows about the request that it serves; each request has its own.

    `msgspec.structs.replace` makes others from it, such as one for another market.

    Attributes:
        locale: the market, a BCP 47 tag such as `de-DE`.
        request_id: the id of the request, for logs and for the client.
        deadline: when the caller stops waiting, in seconds on `time.monotonic()`'s clock.
        shortened: whether the caller asked for less time than the service gives; a Timeout then says nothing about the
            store.
        principal: who makes the call; None if that is unknown.
        credentials_fault: what is wrong with the caller's credentials, in words for the caller, as an
            `error_description` of RFC 6750; empty if nothing is wrong.
        credentials_fault_kind: the same for programs.
        fresh: whether only the store's own answer will do, since a decision depends on it, such as a write.
        writes: whether the request has written; set by the sources.
        key: of the write that the call makes, or asks about (`OutcomeSource`); None for none.
        copies: where sources note that they answered with copies; None if that does not matter.
        traceparent: the trace that the request belongs to, as the caller sent it (W3C Trace Context, 3.2), for sources
            that pass the call on; empty for none.
        tracestate: the vendors' state of that trace (W3C Trace Context, 3.3), as it was sent; empty for none, and
            meaningless without `traceparent`.
    """

    locale: str
    request_id: str = ""
    deadline: float | None = None
    shortened: bool = False
    principal: Principal | None = None
    credentials_fault: str = ""
    credentials_fault_kind: CredentialsFault = "invalid"
    fresh: bool = False
    key: IdempotencyKey | None = None
    copies: Copies | None = None
    traceparent: str = ""
    tracestate: str = ""
    writes: Writes = field(default_factory=Writes)

    @property
    def wants_latest(self) -> bool:
        """Whether only the latest state will do, from neither a replica nor a cache."""
        return self.fresh or self.writes.begun

    def remaining(self) -> float | None:
        """The seconds left until the deadline, never below 0.0; None if there is no deadline."""
        if self.deadline is None:
            return None
        return max(0.0, self.deadline - time.monotonic())
