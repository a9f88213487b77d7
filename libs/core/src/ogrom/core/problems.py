"""The types of the problems that the API refuses with, besides those of `ogrom.http.problems`."""

from typing import Final

from ogrom.http import Member, ProblemType
from ogrom.http.problems import IDEMPOTENCY_KEY_REUSED, errors

BAD_CURSOR: Final = ProblemType(
    "bad-cursor",
    400,
    "The cursor is not from this list",
    "The cursor was made for another list, for other filters, or by an older version of the service, or it "
    "was changed.",
    "Start with the first page, without a cursor, and follow each page's `next`. Never build a cursor, and "
    "keep none for longer than a walk through the list takes.",
    "Start with the first page, without a cursor, and follow each page's `next`.",
    (errors(parameter="cursor", detail="cursor is not from this list"),),
)

MISSING_TOKEN: Final = ProblemType(
    "missing-token",
    401,
    "A token is needed",
    "Writes need a bearer token (RFC 6750) that says which user sends them, and the request has none.",
    "Get a token with the scope that `detail` and WWW-Authenticate name, and send it in `Authorization: "
    "Bearer`.",
    "Send a token that has the scope collages:write, in `Authorization: Bearer`.",
)

INVALID_TOKEN: Final = ProblemType(
    "invalid-token",
    401,
    "The token is not valid",
    "The token is no JWT, or its signature, issuer, audience or claims are not those that this service "
    "accepts.",
    "Get a new token from the issuer; `detail` says what is wrong with this one. Sending it again does not "
    "help. Reads need no token, but a wrong one is refused.",
    "The signature of the token is invalid.",
)

EXPIRED_TOKEN: Final = ProblemType(
    "expired-token",
    401,
    "The token has expired",
    "The token was valid, and its time is over.",
    "Get a new token from the issuer, then send the request again.",
    "The token has expired.",
)

WRITES_DISABLED: Final = ProblemType(
    "writes-disabled",
    401,
    "This service accepts no writes",
    "The service has been set up without a key to verify tokens with, so it cannot tell who writes.",
    "No token helps. Write to another instance of the service, or ask its operators to set a key.",
    "This service accepts no writes, because it has no key to verify tokens with.",
)

MISSING_SCOPE: Final = ProblemType(
    "missing-scope",
    403,
    "The token lacks a scope",
    "The token is valid, but was not issued for what the request does.",
    "Get a token that has the scopes in `missing_scopes`, too.",
    "The token lacks the scope collages:write; get one that has it.",
    (
        Member(
            "missing_scopes",
            list[str],
            "The scopes that the operation needs and the token lacks.",
            ["collages:write"],
        ),
    ),
)

NOT_OWNER: Final = ProblemType(
    "not-owner",
    403,
    "It belongs to another user",
    "Users may change what is theirs. The resource belongs to another user than the one of the token.",
    "Use a token of the owner. A moderator's token, which has the scope `moderate`, may change what is "
    "anybody's.",
    "This belongs to user 2, but your token is for user 1. Changing what others own needs the scope moderate.",
)

AUTHOR_MISMATCH: Final = ProblemType(
    "author-mismatch",
    403,
    "The author is not the user of the token",
    "The content names another user as its author than the one that the token belongs to. Nothing was "
    "stored.",
    "Write under the name of the token's user. A moderator's token, which has the scope `moderate`, may use "
    "another.",
    "Write under your own name. Writing for others needs the scope moderate.",
    (errors(pointer="#/author_id", detail="author_id must be 1, the user of your token"),),
)

STORE_FORBIDS: Final = ProblemType(
    "store-forbids",
    403,
    "The store does not allow the change",
    "The request is allowed here, but the store behind, such as another service, refuses it for this "
    "caller. Nothing was stored.",
    "Ask the operators of the service what the store allows. Sending the request again does not help.",
    "The store does not allow you to do that.",
)

CONFLICTING_CHANGE: Final = ProblemType(
    "conflicting-change",
    409,
    "Another change came first",
    "While the request was being decided, somebody changed or deleted what it refers to, such as the "
    "collage that a comment is for. Nothing was stored.",
    "Read again what the request refers to. If it is still there, send the request again.",
    "Something that the request refers to has just changed. Read that again, then decide.",
)

DATA_UNAVAILABLE: Final = ProblemType(
    "data-unavailable",
    503,
    "The data cannot be reached",
    "The store behind the service does not answer or is overloaded. Nothing was stored.",
    "Send the request again after as many seconds as Retry-After says.",
    "The data cannot be reached at the moment; try again in 5 seconds.",
)

DATA_TIMEOUT: Final = ProblemType(
    "data-timeout",
    504,
    "The data did not come in time",
    "The store behind the service took longer than the request may. Nothing was stored.",
    "Send the request again after as many seconds as Retry-After says; ask for less at a time if that is "
    "possible.",
    "The data did not come in time; try again in 5 seconds.",
)

WRITE_UNDER_WAY: Final = ProblemType(
    "write-under-way",
    409,
    "The first request with this key is under way",
    "A request with the same Idempotency-Key came before, and has not ended within the time that this one had. Nothing "
    "was stored by this one.",
    "Send it again, with the same key, after as many seconds as Retry-After says: it then gets the answer of the "
    "first one, or is carried out if that one failed.",
    "A request with this key is being carried out; try again in 5 seconds.",
    field="Idempotency-Key",
)

WRITE_UNCONFIRMED: Final = ProblemType(
    "write-unconfirmed",
    504,
    "The change may or may not have been stored",
    "The store was told to store the change, and the connection broke or the time was over before it said "
    "whether it has. Nobody knows: it may be stored, or not, or be so in a moment.",
    "If the request had an Idempotency-Key, send it again with the same key, after as many seconds as Retry-After "
    "says: it is stored once, and you get the answer that was lost. Without a key, do not just send it again: what a "
    "POST makes would be there twice. Read first: the resource after PUT, PATCH or DELETE, the newest page of the list "
    "after POST. Send it again only if the change is not there.",
    "The change may or may not have been stored. Read the resource before you send the change again.",
)

OF_READS: Final = (DATA_UNAVAILABLE, DATA_TIMEOUT)
"""What a read can end in if its source fails."""

OF_WRITES: Final = (
    *OF_READS,
    STORE_FORBIDS,
    CONFLICTING_CHANGE,
    IDEMPOTENCY_KEY_REUSED,
    WRITE_UNDER_WAY,
    WRITE_UNCONFIRMED,
)
"""What a write can end in, besides a 412, if its source fails."""
