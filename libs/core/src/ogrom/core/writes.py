"""/writes: what came of a write, by its Idempotency-Key."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from ogrom.http import Answer, Challenge, QueryParameters, refuses
from ogrom.protocols.context import IdempotencyKey
from ogrom.protocols.models import Collage, Comment
from ogrom.protocols.outcomes import Outcome, OutcomeSource

from .problems import EXPIRED_TOKEN, INVALID_TOKEN, MISSING_TOKEN, WRITES_DISABLED
from .resource import Exchange, Resource
from .scopes import identified

Key = Annotated[str, Meta(min_length=1, max_length=255, description="The key, without quotes.")]


class WriteQuery(Struct, frozen=True, kw_only=True):
    """Which write."""

    key: Key


class WriteView(Struct, frozen=True, kw_only=True):
    """What came of a write: a collage or a comment as it was written then, or whether a like changed anything."""

    fingerprint: Annotated[str, Meta(description="The SHA-256 of the request, in hex.")]
    changed: bool
    collage: Collage | None
    comment: Comment | None


@dataclass(frozen=True)
class WriteResource(Resource[Outcome]):
    """What came of your write with this Idempotency-Key; 404 if it was not made, or too long ago."""

    outcomes: OutcomeSource

    query = QueryParameters(WriteQuery)
    cache = "no-store"
    anonymous_methods = ("OPTIONS",)

    @refuses(MISSING_TOKEN, INVALID_TOKEN, EXPIRED_TOKEN, WRITES_DISABLED)
    def authorized(self, x: Exchange[Outcome]) -> Answer | Challenge:
        """Whether it is known whose write is meant."""
        return identified(x, (), methods=("GET", "HEAD"))

    def exists(self, x: Exchange[Outcome]) -> Outcome | None:
        key = IdempotencyKey(text=self.query(x).key, fingerprint="")
        return self.outcomes.outcome(replace(x.context, key=key))

    def handle_ok(self, x: Exchange[Outcome]) -> WriteView:
        return WriteView(**asdict(x.entity))
