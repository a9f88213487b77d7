"""Bearer tokens: JWTs (RFC 9068, RFC 8725) that say which user asks and what they may do."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection
from time import time
from typing import Any, Final

import jwt
import msgspec

from ogrom.protocols import context

from .credentials import ExpiredToken, InvalidToken
from .keys import Keys

LEEWAY: Final = 10
"""How many seconds clocks may differ by."""

MAX_CHARACTERS: Final = 8192
"""How many characters a token may have."""

_USER_ID = re.compile(r"[1-9][0-9]{0,18}")

_NONE = "The token is not a valid JWT"

# What is wrong, by the error that tells it; the first that fits. For people, and in the characters that an
# `error_description` may have (RFC 6750, 3).
_FAULTS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ImmatureSignatureError, "The token is not valid yet"),
    (jwt.InvalidAudienceError, "The token is for a different audience"),
    (jwt.InvalidIssuerError, "The token is from a different issuer"),
    (jwt.InvalidSignatureError, "The signature of the token is invalid"),
    (jwt.InvalidAlgorithmError, "The token is signed with a different algorithm than its key is for"),
    (jwt.PyJWTError, _NONE),
)


class _Header(msgspec.Struct):
    kid: str | None = None


_HEADER = msgspec.json.Decoder(_Header)


class Tokens:
    """Reads the tokens of one issuer. Safe in threads."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str, passed_on: bool) -> None:
        """Verify nothing yet.

        Args:
            keys: what signatures are verified with.
            issuer: that tokens must name; empty for any that has the keys.
            audience: that tokens must name.
            passed_on: whether principals keep their token, for another service.
        """
        self._keys = keys
        self._issuer = issuer or None
        self._audience = audience
        self._passed_on = passed_on
        self._required = ["exp", "sub", "aud", *(["iss"] if issuer else [])]

    def principal_of(self, token: str) -> context.Principal:
        """The principal of a token.

        Raises:
            InvalidToken: it is not valid.
            KeysUnavailable: that cannot be told at the moment.
        """
        try:
            claims = self._verified(token)
        except jwt.MissingRequiredClaimError as error:
            raise InvalidToken(f"The token lacks the {error.claim} claim") from None
        except jwt.ExpiredSignatureError:
            raise ExpiredToken("The token has expired") from None
        except RecursionError:  # claims nested without end, by somebody who has the key
            raise InvalidToken(_NONE) from None
        except jwt.PyJWTError as error:
            raise InvalidToken(next(said for kind, said in _FAULTS if isinstance(error, kind))) from None
        user_id, scopes = _user_id(claims["sub"]), _scopes(claims.get("scope", ""))
        if self._passed_on:
            return context.Principal(user_id=user_id, scopes=scopes, bearer=context.Bearer(token))
        return context.Principal(user_id=user_id, scopes=scopes)

    def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > MAX_CHARACTERS:
            raise InvalidToken(f"The token is longer than {MAX_CHARACTERS} characters")
        key = self._keys.named(_key_id(token))
        if key is None:
            raise InvalidToken("The token names an unknown key")
        return jwt.decode(
            token,
            key.material,
            algorithms=[key.algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY,
            options={"require": self._required},
        )


def _key_id(token: str) -> str | None:
    """The key that the header names; PyJWT would decode the whole token, which verifying does again."""
    try:
        return _HEADER.decode(urlsafe_b64decode(token.partition(".")[0] + "==")).kid
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise InvalidToken(_NONE) from None


def _user_id(sub: str) -> int:
    if not _USER_ID.fullmatch(sub) or int(sub) >= 2**63:
        raise InvalidToken("The sub claim of the token is not a user id")
    return int(sub)


def _scopes(scope: object) -> frozenset[str]:
    """The scopes of a claim, which are separated by spaces (RFC 8693, 4.2)."""
    if not isinstance(scope, str):
        raise InvalidToken("The scope claim of the token is not a string")
    return frozenset(scope.split())


def issue_token(
    secret: str, *, user_id: int, scopes: Collection[str], seconds: int, issuer: str, audience: str
) -> str:
    """A token that a service with this secret, issuer (empty for none) and audience accepts for some seconds."""
    now = int(time())
    claims: dict[str, object] = {
        "sub": str(user_id),
        "scope": " ".join(scopes),
        "aud": audience,
        "iat": now,
        "exp": now + seconds,
    }
    return jwt.encode(claims | ({"iss": issuer} if issuer else {}), secret, algorithm="HS256")
