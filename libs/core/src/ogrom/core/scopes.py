"""Who may write: a token with the scope, for its own user and what is theirs; a moderator's also for others.

Everybody may read. Each refusal comes as soon as the graph knows enough for it: who sends the request (401,
`authorized`); what the token is for, and whom the URL names (403, `allowed`); whom the content names (403,
`body_allowed`); whose the thing is (403, `entity_allowed`). The last one comes before If-Match is compared, since
preconditions are about what the client may change (RFC 9110, 13.2.1); it reveals nothing that a read does not.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

from ogrom import http
from ogrom.http import Answer, Challenge, Fault, Problem, invalid_fields
from ogrom.protocols.context import Context, Principal

from .problems import (
    AUTHOR_MISMATCH,
    EXPIRED_TOKEN,
    INVALID_TOKEN,
    MISSING_SCOPE,
    MISSING_TOKEN,
    NOT_OWNER,
    WRITES_DISABLED,
)

Exchange = http.Exchange[Any, Any, Context]

WRITES = ("POST", "PUT", "PATCH", "DELETE")
"""The methods that need a token."""

MODERATE = "moderate"
"""The scope of those who may write as other users and change what is theirs; the scope of the kind is needed, too."""

_TYPES = MappingProxyType(
    {"invalid": INVALID_TOKEN, "expired": EXPIRED_TOKEN, "unverifiable": WRITES_DISABLED}
)
_REALM = MappingProxyType({"realm": "ogrom"})


class Authored(Protocol):
    """What has an author: a comment or a collage, stored or as a draft."""

    @property
    def author_id(self) -> int:
        """The id of the author."""
        ...


def write_scopes(scope: str) -> Mapping[str, tuple[str, ...]]:
    """The `scopes` of a resource all of whose writes need one: `scopes = write_scopes("comments:write")`."""
    return MappingProxyType(dict.fromkeys(WRITES, (scope,)))


def identified(x: Exchange, needed: tuple[str, ...], methods: tuple[str, ...] = WRITES) -> bool | Challenge:
    """The answer of `authorized`: whether it is known who sends the request, if that matters (RFC 6750, 3).

    Wrong credentials are refused for reads, too: a client that sends some expects to be recognized.

    Args:
        x: the exchange.
        needed: the scopes for its method.
        methods: those for which it matters.
    """
    fault, required = x.context.credentials_fault, x.method in methods
    if not fault and (x.context.principal is not None or not required):
        return True
    parameters = {**_REALM, "scope": " ".join(needed)} if needed else dict(_REALM)
    if fault and x.request.header("authorization"):
        parameters |= {"error": "invalid_token", "error_description": fault}
    type_ = _TYPES[x.context.credentials_fault_kind] if fault else MISSING_TOKEN
    return Challenge(parameters=parameters, detail=_advice(fault, needed, required), type=type_)


def _advice(fault: str, needed: tuple[str, ...], required: bool) -> str:
    if not fault:
        scope = f" that has the scope {' '.join(needed)}" if needed else ""
        return f"Send a token{scope}, in `Authorization: Bearer`."
    return f"{fault}." if required else f"{fault}. Reads need no token, so leave it out."


def permitted(x: Exchange, needed: tuple[str, ...]) -> Answer:
    """The answer of `allowed`: whether the token has the scopes for the method (RFC 6750, 3.1)."""
    missing = [each for each in needed if each not in _caller(x).scopes]
    if not missing:
        return True
    challenge = Challenge(parameters={**_REALM, "error": "insufficient_scope", "scope": " ".join(needed)})
    return Problem(
        f"The token lacks the scope {' '.join(missing)}; get one that has it.",
        type=MISSING_SCOPE,
        extensions={"missing_scopes": missing},
        headers={"WWW-Authenticate": str(challenge)},
    )


def forbid_other_user(x: Exchange, user_id: int) -> Answer:
    """Whether the caller may write what belongs to this user."""
    if _may_write_for(x, user_id):
        return True
    return Problem(
        f"This belongs to user {user_id}, but your token is for user {_caller(x).user_id}. "
        f"Changing what others own needs the scope {MODERATE}.",
        type=NOT_OWNER,
    )


def forbid_non_author(x: Exchange, thing: Authored) -> Answer:
    """The answer of `entity_allowed`: whether the caller may change a thing that has an author."""
    return forbid_other_user(x, thing.author_id)


def forbid_impersonation(x: Exchange, draft: Authored) -> Answer:
    """The answer of `body_allowed`: whether the caller may write under the name in a draft."""
    if _may_write_for(x, draft.author_id):
        return True
    fault = Fault("#/author_id", f"author_id must be {_caller(x).user_id}, the user of your token")
    advice = f"Write under your own name. Writing for others needs the scope {MODERATE}."
    return invalid_fields("pointer", (fault,), advice, AUTHOR_MISMATCH)


def _may_write_for(x: Exchange, user_id: int) -> bool:
    caller = _caller(x)
    return caller.user_id == user_id or MODERATE in caller.scopes


def _caller(x: Exchange) -> Principal:
    caller = x.context.principal
    assert caller is not None, "`authorized` lets nobody else through"
    return caller
