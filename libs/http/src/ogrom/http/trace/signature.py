"""Signatures: who knows the key may have one request traced, for a while.

The field `Ogrom-Trace-Request` holds `<expiry>.<signature>`: a Unix time in seconds, and the HMAC-SHA256 (RFC 2104)
of method, target and expiry in hex digits. Whoever overhears it can repeat that one request until it expires, and
learns what its trace tells; it grants nothing else.
"""

from __future__ import annotations

import hmac
import re
import time
from dataclasses import dataclass, field

__all__ = ["NAME", "TraceKey"]

NAME = "Ogrom-Trace-Request"
LONGEST_LIFE = 3600
"""Seconds from now at which a signature may expire at most."""

_TOKEN = re.compile(r"([1-9][0-9]{0,11})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class TraceKey:
    """The key that signs. It can be printed: it does not show itself.

    Attributes:
        secret: shared with those who may trace.
    """

    secret: str = field(repr=False)

    def sign(self, method: str, target: str, *, expires: int) -> str:
        """What to send as `Ogrom-Trace-Request`.

        Args:
            method: of the request to trace.
            target: its path and query, as they will be sent.
            expires: the Unix time until which it holds, in seconds; at most an hour from now.
        """
        return f"{expires}.{self._digest(method, target, expires)}"

    def verifies(self, token: str, method: str, target: str) -> bool:
        """Whether the token is for this request, made with this key and not expired."""
        found = _TOKEN.fullmatch(token)
        if found is None or not 0 <= int(found[1]) - time.time() <= LONGEST_LIFE:
            return False
        return hmac.compare_digest(found[2], self._digest(method, target, int(found[1])))

    def _digest(self, method: str, target: str, expires: int) -> str:
        # None of the three has a line break in it, so that no other three make the same message.
        message = f"{method}\n{target}\n{expires}"
        return hmac.new(
            self.secret.encode(), message.encode("utf-8", "surrogateescape"), "sha256"
        ).hexdigest()
