"""The types of the problems that this library refuses with; each has a page, `/problems/{name}`.

Where the status says all, as 404 and 405 do, there is no type (RFC 9457, 4.2.1).
"""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, Struct, UnsetType

from .problem import Member, ProblemType

__all__ = [
    "CONTENT_TOO_LARGE",
    "IDEMPOTENCY_KEY_REUSED",
    "INVALID_CONTENT",
    "INVALID_QUERY",
    "STALE_REVISION",
    "errors",
]


class ProblemError(Struct, kw_only=True):
    """One error: of the request's content, at `pointer`, or of its query, in `parameter`."""

    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


_ERRORS = "Every error that was found, each with its place."


def errors(**error: str) -> Member:
    """The member `errors`, with one error as its example."""
    return Member("errors", list[ProblemError], _ERRORS, [error])


INVALID_QUERY: Final = ProblemType(
    "invalid-query",
    400,
    "The query has errors",
    "A query parameter is unknown, missing, given twice, or has a value that it cannot have.",
    "`errors` lists each parameter with what is wrong. Fix all of them, then send the request again. The "
    "API's description has the parameters of each operation, with their types and limits.",
    "Fix the listed parameters; the known ones are limit, cursor.",
    (errors(parameter="limit", detail="limit must be between 1 and 100"),),
)

MALFORMED_CONTENT: Final = ProblemType(
    "malformed-content",
    400,
    "The content cannot be read",
    "The content is not what its Content-Type says: it is empty, has a syntax error, is not UTF-8, is "
    "nested too deeply, or ends before its Content-Length.",
    "Have a library write the JSON or MessagePack, and send it whole. `detail` says at which byte the "
    "content breaks.",
    "The content is not valid JSON: it ends too early at byte 17.",
)

CONTENT_RANGE: Final = ProblemType(
    "content-range-not-supported",
    400,
    "A part of a resource cannot be replaced",
    "A PUT came with Content-Range, which asks to replace a part of the resource. Nothing was changed.",
    "PUT the whole resource without Content-Range. If the API offers PATCH, use it for changes of single "
    "members.",
    "Send the whole content, without Content-Range.",
)

NOT_ACCEPTABLE: Final = ProblemType(
    "not-acceptable",
    406,
    "None of the accepted forms is available",
    "Accept, Accept-Language or Accept-Encoding rules out every form of the resource.",
    "Accept one of those in `available`, or leave the field out.",
    "Accept one of application/json, application/msgpack.",
    (
        Member(
            "available",
            list[str],
            "The media types, languages or content codings that can be had.",
            ["application/json", "application/msgpack"],
        ),
    ),
)

STALE_REVISION: Final = ProblemType(
    "stale-revision",
    412,
    "The resource has changed",
    "The resource is no longer in the state that If-Match or If-Unmodified-Since names: somebody else has "
    "changed or deleted it since you read it. Your change was not made, so theirs is not lost.",
    "Read the resource again, apply your change to its present state, and send that with the new ETag in "
    "If-Match. Let a person decide if both have changed the same thing.",
    'The resource has changed; its ETag is now "8". Read it again, then repeat your change.',
)

NO_ENTITY_TAG: Final = ProblemType(
    "no-entity-tag",
    412,
    "The resource has no ETag to match",
    "If-Match names a state, and this resource has no entity tags, so no If-Match but `*` can match. "
    "Nothing was changed.",
    "Send the request without If-Match.",
    "This resource has no ETag; send the request without If-Match.",
)

UNWANTED_STATE: Final = ProblemType(
    "if-none-match-failed",
    412,
    "The resource is in a state that If-None-Match rules out",
    "If-None-Match: * asks to write only if there is nothing yet, and there is something. If-None-Match "
    "with an ETag asks to write only in another state than that. Nothing was changed.",
    "If somebody else has created the resource, read it and decide; to change it, send its ETag in If-Match.",
    "The resource exists already. Read it, then decide.",
)

CONTENT_TOO_LARGE: Final = ProblemType(
    "content-too-large",
    413,
    "The content is too large",
    "The content of the request has more bytes than may be sent here.",
    "Send less: shorten texts, or spread the data over several requests. `detail` says how many bytes are "
    "allowed.",
    "The content must not exceed 1048576 bytes; send less.",
)

UNSUPPORTED_MEDIA_TYPE: Final = ProblemType(
    "unsupported-media-type",
    415,
    "The content is of a type that is not read here",
    "Content-Type is missing, names another type than those that the operation reads, or another charset "
    "than UTF-8.",
    "Send the content in one of the types that Accept, or for PATCH Accept-Patch, lists in the response.",
    "Send the content as application/json, in UTF-8, and say so in Content-Type.",
)

UNSUPPORTED_CONTENT_CODING: Final = ProblemType(
    "unsupported-content-coding",
    415,
    "Compressed content is not read",
    "The request has a Content-Encoding such as gzip, and the content of requests is read only as it is.",
    "Send the content uncompressed, without Content-Encoding.",
    "Send the content uncompressed, without Content-Encoding.",
)

INVALID_CONTENT: Final = ProblemType(
    "invalid-content",
    422,
    "The content has errors",
    "The content can be read, but members of it are missing, unknown, of another type, out of bounds, or "
    "refer to something that does not exist. Nothing was stored.",
    "`errors` lists every error with its place, a JSON Pointer (RFC 6901). Fix all of them, then send the "
    "request again.",
    "Fix the listed errors, then send the request again.",
    (errors(pointer="#/title", detail="title must have 1 to 200 characters"),),
)

IF_MATCH_REQUIRED: Final = ProblemType(
    "if-match-required",
    428,
    "A change must name the state that it is for",
    "Changes of this resource need If-Match, so that nobody overwrites what somebody else has just written.",
    "Read the resource, and send its ETag in If-Match. `If-Match: *` stands for any state, and overwrites "
    "whatever there is.",
    "Read the resource, then send its ETag in If-Match.",
)

MALFORMED_IDEMPOTENCY_KEY: Final = ProblemType(
    "malformed-idempotency-key",
    400,
    "The Idempotency-Key cannot be read",
    "Idempotency-Key is not one String (RFC 8941, 3.3.3), is empty, or is too long. Nothing was stored.",
    "Send one key, in double quotes and of ASCII characters, such as a random UUID; `detail` says how long it may be. "
    "The field may be left out, too.",
    'Send one key of 1 to 255 ASCII characters in quotes, such as Idempotency-Key: "8e03978e".',
    field="Idempotency-Key",
)

IDEMPOTENCY_KEY_REUSED: Final = ProblemType(
    "idempotency-key-reused",
    422,
    "The Idempotency-Key belongs to another request",
    "You have sent a request with this Idempotency-Key before, and this is another one: its method, its URL or a byte "
    "of its content differs. Nothing was stored.",
    "Make a new key for each write, and send it again with the very same request only.",
    "This key was sent with another request. Send each write with a key of its own.",
    field="Idempotency-Key",
)

SIGNATURE_REQUIRED: Final = ProblemType(
    "signature-required",
    403,
    "Only signed requests may see traces",
    "Traces show what other clients have sent, so their pages are for operators. The signature is missing, "
    "wrong or too old.",
    "Sign the request with the service's trace key; `detail` names the command.",
    "Sign the request: `ogrom-api trace-header GET /trace` says how.",
)

BATCH_IN_BATCH: Final = ProblemType(
    "batch-in-batch",
    403,
    "A batch has no batches in it",
    "One of the requests of a batch is a batch itself.",
    "Put the requests of both into one batch, or send one after the other.",
    "A batch has no batches in it; put its requests into the outer one.",
)

FAILED_DEPENDENCY: Final = ProblemType(
    "failed-dependency",
    424,
    "A request that this one depends on has failed",
    "In a batch, the request uses a value of an earlier answer, and that is a refusal, or only confirms what the "
    "client has. The request was not sent, so nothing was changed by it.",
    "Look at the answer that `errors` names, and fix that request.",
    "It uses the answer of 'collage', and the status of that is 404.",
    (errors(pointer="#/requests/1/path", detail="collage failed"),),
)

UNUSABLE_REFERENCE: Final = ProblemType(
    "unusable-reference",
    422,
    "A value of an earlier answer cannot be used",
    "In a batch, the request refers to a value in an earlier answer that is not there, is neither a string nor a "
    "number nor a boolean, or is one of too many. The request was not sent, so nothing was changed by it.",
    "Look at the content of that answer, and at the JSON Pointer that `errors` names. Read smaller pages if there are "
    "too many values: a list has at most 100.",
    "A reference to an earlier answer cannot be used; `errors` says why.",
    (
        errors(
            pointer="#/requests/1/path", detail="collage#/placement leads nowhere: there is no 'placement'"
        ),
    ),
)

ANSWERS_TOO_LARGE: Final = ProblemType(
    "answers-too-large",
    507,
    "The answers of a batch are too large together",
    "The answers of a batch have a megabyte together, and there was no place left for this one.",
    "Send this request alone, or in another batch, or read smaller pages.",
    "There was no place left for this answer; send the request alone.",
)
