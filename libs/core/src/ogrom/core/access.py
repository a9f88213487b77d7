"""Who may write: whoever has the scope, as themselves and to what is theirs; a moderator for others, too.

Reads are open to everybody. Each refusal stands where the graph knows enough for it, before anything is asked of a
source for its sake: who asks (401, `authorized`); what their token is for, and whom the URL names (403, `allowed`);
whom the content names (403, `processable`); whose the thing is (403, `exists`). That last one goes before what
If-Match says, since preconditions are about what one may change (RFC 9110, 13.2.1), and it tells nothing that a
read does not.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from ogrom import http
from ogrom.http import Answer, Challenge, Fault, Problem, faulty
from ogrom.protocols.context import Context, Principal

Exchange = http.Exchange[Any, Any, Context]

WRITES = ("POST", "PUT", "PATCH", "DELETE")
"""The methods that need somebody who may."""

MODERATE = "moderate"
"""The scope of those who may write as others and to what is others'; they need the scope of the kind, too."""

_REALM = MappingProxyType({"realm": "ogrom"})


class Authored(Protocol):
    """What has an author: a comment or a collage, stored or as a draft."""

    @property
    def author_id(self) -> int:
        """Whose it is."""
        ...


def writing(scope: str) -> Mapping[str, tuple[str, ...]]:
    """The `scopes` of a resource all of whose writes need one: `scopes = writing("comments:write")`."""
    return MappingProxyType(dict.fromkeys(WRITES, (scope,)))


def identified(x: Exchange, needed: tuple[str, ...]) -> bool | Challenge:
    """The answer of `authorized`: whether it is known who asks, where that matters (RFC 6750, 3).

    Credentials that are wrong are refused with reads, too: whoever sends some wants to be known.

    Args:
        x: the exchange.
        needed: the scopes for its method.
    """
    fault = x.context.credentials_fault
    if not fault and (x.context.principal is not None or x.method not in WRITES):
        return True
    parameters = {**_REALM, "scope": " ".join(needed)} if needed else dict(_REALM)
    if fault and x.request.header("authorization"):
        parameters |= {"error": "invalid_token", "error_description": fault}
    return Challenge(parameters=parameters, detail=_advice(fault, needed))


def _advice(fault: str, needed: tuple[str, ...]) -> str:
    if not fault:
        return f"Send `Authorization: Bearer` and a token with the scope {' '.join(needed)}."
    return f"{fault}." if needed else f"{fault}; send none: reads are open to everybody."


def permitted(x: Exchange, needed: tuple[str, ...]) -> Answer:
    """The answer of `allowed`: whether the token has the scopes for the method (RFC 6750, 3.1)."""
    missing = [each for each in needed if each not in _caller(x).scopes]
    if not missing:
        return True
    challenge = Challenge(parameters={**_REALM, "error": "insufficient_scope", "scope": " ".join(needed)})
    return Problem(
        f"The token lacks the scope {' '.join(missing)}; get one that has it.",
        extensions={"missing_scopes": missing},
        headers={"WWW-Authenticate": str(challenge)},
    )


def somebody_elses(x: Exchange, user_id: int) -> Problem | None:
    """Why the caller may not write what is this user's; None where they may, or only read."""
    if x.method not in WRITES or _may_write_for(x, user_id):
        return None
    return Problem(
        f"This is for user {user_id}, and the token is user {_caller(x).user_id}'s; "
        f"only the scope {MODERATE} allows that.",
        status=403,
    )


def of_somebody_else(x: Exchange, thing: Authored | None) -> Problem | None:
    """The same of a thing that has an author, or is not there."""
    return None if thing is None else somebody_elses(x, thing.author_id)


def as_somebody_else(x: Exchange, draft: Authored) -> Problem | None:
    """Why the caller may not write a draft under this name; None where they may."""
    if _may_write_for(x, draft.author_id):
        return None
    fault = Fault("#/author_id", f"The token is user {_caller(x).user_id}'s")
    advice = f"Write under your own name; only the scope {MODERATE} allows another."
    return replace(faulty("pointer", (fault,), advice), status=403)


def _may_write_for(x: Exchange, user_id: int) -> bool:
    caller = _caller(x)
    return caller.user_id == user_id or MODERATE in caller.scopes


def _caller(x: Exchange) -> Principal:
    caller = x.context.principal
    assert caller is not None, "`authorized` lets nobody else through"
    return caller
