"""Idempotency-Key: a write that is sent again is not made again (draft-ietf-httpapi-idempotency-key-header).

A resource whose store keeps keys answers the node `idempotency_key_used`; for all others the nodes are folded away.
Each decision has the name of its node, as those in `decisions` have.
"""

from __future__ import annotations

import re
from hashlib import sha256

from . import problems
from .decisions import R, X, field_of
from .definition import ResourceClass, overrides
from .exchange import IdempotencyKey
from .nodes import Answer
from .problem import Problem

FIELD = "idempotency-key"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
LONGEST = 255
"""Characters of a key, without its quotes."""

# A String with parameters (RFC 8941, 3.3.3 and 3.1.2).
_STRING = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
_BARE = rf"(?:{_STRING}|-?[0-9]{{1,15}}(?:\.[0-9]{{1,3}})?|[A-Za-z*][\w!#$%&'*+.^`|~:/-]*|:[\w+/=]*:|\?[01])"
_ITEM = re.compile(rf" *({_STRING})((?:; *[a-z*][a-z0-9_.*-]*(?:={_BARE})?)*) *", re.ASCII)
_FINGERPRINT = re.compile(r'; *fingerprint="([0-9a-f]{64})"(?=;|$)')


def keeps_no_keys(resource: ResourceClass, method: str) -> bool | None:
    """False if the resource does not answer `idempotency_key_used`."""
    return None if overrides(resource, "idempotency_key_used") else False


def idempotency_key_well_formed(resource: R, x: X) -> Answer:
    sent = _ITEM.fullmatch(field_of(x, FIELD))
    text = re.sub(r"\\(.)", r"\1", sent[1][1:-1]) if sent else ""
    if sent is None or not 0 < len(text) <= LONGEST:
        detail = (
            f'Send one key of 1 to {LONGEST} ASCII characters in quotes, such as Idempotency-Key: "8e03978e".'
        )
        return Problem(detail, type=problems.MALFORMED_IDEMPOTENCY_KEY)
    passed_on = _FINGERPRINT.search(sent[2])
    x.idempotency_key = IdempotencyKey(text, passed_on[1] if passed_on else _fingerprint(resource, x))
    return True


def _fingerprint(resource: R, x: X) -> str:
    try:
        content = x.request.content(resource.body_limit)
    except EOFError:  # of a method that reads none; for all others it was refused already
        content = b""
    return sha256(f"{x.method} {x.request.target}\n".encode() + content).hexdigest()


def idempotency_key_matches(resource: R, x: X) -> Answer:
    earlier, key = x.earlier, x.idempotency_key
    assert earlier is not None
    assert key is not None
    if earlier.fingerprint == key.fingerprint:
        return True
    detail = "This key was sent with another request. Send each write with a key of its own."
    return Problem(detail, type=problems.IDEMPOTENCY_KEY_REUSED)
