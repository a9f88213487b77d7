"""An error for each problem type of contract 5.1.0, written by `./dev client`: change the contract."""

from .errors import BadRequest, Conflict, Forbidden, NotFound, Refused, TryLater, Unauthorized

__all__ = [
    "TYPES",
    "AnswersTooLarge",
    "AuthorMismatch",
    "BadCursor",
    "BatchInBatch",
    "ChunkExtensionsTooLong",
    "ConflictingChange",
    "ContentRangeNotSupported",
    "ContentTooLarge",
    "DataTimeout",
    "DataUnavailable",
    "Draining",
    "ExpiredToken",
    "FailedDependency",
    "IdempotencyKeyReused",
    "IfMatchRequired",
    "IfNoneMatchFailed",
    "InvalidContent",
    "InvalidQuery",
    "InvalidToken",
    "KeysUnavailable",
    "MalformedContent",
    "MalformedIdempotencyKey",
    "MalformedRequest",
    "MissingScope",
    "MissingToken",
    "NoEntityTag",
    "NotAcceptable",
    "NotOwner",
    "NotReady",
    "Overloaded",
    "ServerStopped",
    "StaleRevision",
    "StoreForbids",
    "UnknownMarket",
    "UnsupportedContentCoding",
    "UnsupportedMediaType",
    "UnusableReference",
    "WarmingUp",
    "WriteUnconfirmed",
    "WriteUnderWay",
    "WritesDisabled",
]


class AnswersTooLarge(BadRequest):
    """/problems/answers-too-large, 507."""


class AuthorMismatch(Forbidden):
    """/problems/author-mismatch, 403."""


class BadCursor(BadRequest):
    """/problems/bad-cursor, 400."""


class BatchInBatch(Forbidden):
    """/problems/batch-in-batch, 403."""


class ChunkExtensionsTooLong(BadRequest):
    """/problems/chunk-extensions-too-long, 413."""


class ConflictingChange(Conflict):
    """/problems/conflicting-change, 409."""


class ContentRangeNotSupported(BadRequest):
    """/problems/content-range-not-supported, 400."""


class ContentTooLarge(BadRequest):
    """/problems/content-too-large, 413."""


class DataTimeout(TryLater):
    """/problems/data-timeout, 504."""


class DataUnavailable(TryLater):
    """/problems/data-unavailable, 503."""


class Draining(TryLater):
    """/problems/draining, 503."""


class ExpiredToken(Unauthorized):
    """/problems/expired-token, 401."""


class FailedDependency(BadRequest):
    """/problems/failed-dependency, 424."""


class IdempotencyKeyReused(BadRequest):
    """/problems/idempotency-key-reused, 422."""


class IfMatchRequired(Conflict):
    """/problems/if-match-required, 428."""


class IfNoneMatchFailed(Conflict):
    """/problems/if-none-match-failed, 412."""


class InvalidContent(BadRequest):
    """/problems/invalid-content, 422."""


class InvalidQuery(BadRequest):
    """/problems/invalid-query, 400."""


class InvalidToken(Unauthorized):
    """/problems/invalid-token, 401."""


class KeysUnavailable(TryLater):
    """/problems/keys-unavailable, 503."""


class MalformedContent(BadRequest):
    """/problems/malformed-content, 400."""


class MalformedIdempotencyKey(BadRequest):
    """/problems/malformed-idempotency-key, 400."""


class MalformedRequest(BadRequest):
    """/problems/malformed-request, 400."""


class MissingScope(Forbidden):
    """/problems/missing-scope, 403."""


class MissingToken(Unauthorized):
    """/problems/missing-token, 401."""


class NoEntityTag(Conflict):
    """/problems/no-entity-tag, 412."""


class NotAcceptable(BadRequest):
    """/problems/not-acceptable, 406."""


class NotOwner(Forbidden):
    """/problems/not-owner, 403."""


class NotReady(TryLater):
    """/problems/not-ready, 503."""


class Overloaded(TryLater):
    """/problems/overloaded, 503."""


class ServerStopped(TryLater):
    """/problems/server-stopped, 503."""


class StaleRevision(Conflict):
    """/problems/stale-revision, 412."""


class StoreForbids(Forbidden):
    """/problems/store-forbids, 403."""


class UnknownMarket(NotFound):
    """/problems/unknown-market, 404."""


class UnsupportedContentCoding(BadRequest):
    """/problems/unsupported-content-coding, 415."""


class UnsupportedMediaType(BadRequest):
    """/problems/unsupported-media-type, 415."""


class UnusableReference(BadRequest):
    """/problems/unusable-reference, 422."""


class WarmingUp(TryLater):
    """/problems/warming-up, 503."""


class WriteUnconfirmed(TryLater):
    """/problems/write-unconfirmed, 504."""


class WriteUnderWay(Conflict):
    """/problems/write-under-way, 409."""


class WritesDisabled(Unauthorized):
    """/problems/writes-disabled, 401."""


TYPES: dict[str, type[Refused]] = {
    "/problems/answers-too-large": AnswersTooLarge,
    "/problems/author-mismatch": AuthorMismatch,
    "/problems/bad-cursor": BadCursor,
    "/problems/batch-in-batch": BatchInBatch,
    "/problems/chunk-extensions-too-long": ChunkExtensionsTooLong,
    "/problems/conflicting-change": ConflictingChange,
    "/problems/content-range-not-supported": ContentRangeNotSupported,
    "/problems/content-too-large": ContentTooLarge,
    "/problems/data-timeout": DataTimeout,
    "/problems/data-unavailable": DataUnavailable,
    "/problems/draining": Draining,
    "/problems/expired-token": ExpiredToken,
    "/problems/failed-dependency": FailedDependency,
    "/problems/idempotency-key-reused": IdempotencyKeyReused,
    "/problems/if-match-required": IfMatchRequired,
    "/problems/if-none-match-failed": IfNoneMatchFailed,
    "/problems/invalid-content": InvalidContent,
    "/problems/invalid-query": InvalidQuery,
    "/problems/invalid-token": InvalidToken,
    "/problems/keys-unavailable": KeysUnavailable,
    "/problems/malformed-content": MalformedContent,
    "/problems/malformed-idempotency-key": MalformedIdempotencyKey,
    "/problems/malformed-request": MalformedRequest,
    "/problems/missing-scope": MissingScope,
    "/problems/missing-token": MissingToken,
    "/problems/no-entity-tag": NoEntityTag,
    "/problems/not-acceptable": NotAcceptable,
    "/problems/not-owner": NotOwner,
    "/problems/not-ready": NotReady,
    "/problems/overloaded": Overloaded,
    "/problems/server-stopped": ServerStopped,
    "/problems/stale-revision": StaleRevision,
    "/problems/store-forbids": StoreForbids,
    "/problems/unknown-market": UnknownMarket,
    "/problems/unsupported-content-coding": UnsupportedContentCoding,
    "/problems/unsupported-media-type": UnsupportedMediaType,
    "/problems/unusable-reference": UnusableReference,
    "/problems/warming-up": WarmingUp,
    "/problems/write-unconfirmed": WriteUnconfirmed,
    "/problems/write-under-way": WriteUnderWay,
    "/problems/writes-disabled": WritesDisabled,
}
"""The errors by the type of their problem."""
