"""The header fields of traces.

Ogrom-Trace, in a response, is the path through the graph as a Dictionary (RFC 9651, section 3.2):

    Ogrom-Trace: initialize_context, service_available, too_many_requests=?0, ..., exists, ...,
        handle_ok=200;id="4f1d5f0c9a3b2e17";us=412

The keys are the nodes in the order they were asked. A node that answered True stands alone, one that answered False
has `=?0`, one that raised has `=raised`. The last one is the handler: its value is the response's status, its
parameters are the trace's id and the microseconds that the request took. No node is asked twice, so the whole graph
bounds the length: it is below 4 KiB, and proxies commonly allow 8.

Ogrom-Trace-Request, in a request, has it traced: `<expiry>.<signature>` is a Unix time in seconds, and the HMAC-SHA256
(RFC 2104) of method, target and expiry in hex digits. Whoever intercepts it can repeat that one request until it
expires, and learn what its trace tells; it grants nothing else.
"""

from __future__ import annotations

import hmac
import re
import time
from dataclasses import dataclass, field

from .record import Trace, Visit

__all__ = ["TRACE_REQUEST", "TraceKey"]

TRACE = "Ogrom-Trace"
TRACE_REQUEST = "Ogrom-Trace-Request"
MAX_LIFETIME = 3600
"""Seconds from now at which a signature may expire at most."""


def trace_value(trace: Trace) -> str:
    """The value of `Ogrom-Trace` for this trace."""
    *path, end = trace.visits
    parameters = f';id="{trace.id}";us={round(trace.microseconds)}'
    return ", ".join((*map(_member, path), f"{end.name}={trace.status}{parameters}"))


def _member(visit: Visit) -> str:
    if visit.answer is None:
        return f"{visit.name}=raised"
    return visit.name if visit.answer else f"{visit.name}=?0"


_TOKEN = re.compile(r"([1-9][0-9]{0,11})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class TraceKey:
    """The key that signs; its `repr` does not show the secret.

    Attributes:
        secret: shared with those who may have requests traced.
    """

    secret: str = field(repr=False)

    def sign(self, method: str, target: str, *, expires: int) -> str:
        """The value of `Ogrom-Trace-Request` for a request.

        Args:
            method: of the request to trace.
            target: its path and query, as they will be sent.
            expires: the Unix time until which it is valid, in seconds; at most an hour from now.
        """
        return f"{expires}.{self._digest(method, target, expires)}"

    def verifies(self, token: str, method: str, target: str) -> bool:
        """Whether the token is for this request, made with this key, and has not expired."""
        found = _TOKEN.fullmatch(token)
        if found is None or not 0 <= int(found[1]) - time.time() <= MAX_LIFETIME:
            return False
        return hmac.compare_digest(found[2], self._digest(method, target, int(found[1])))

    def _digest(self, method: str, target: str, expires: int) -> str:
        # None of the three has a line break in it, so no other three make the same message.
        message = f"{method}\n{target}\n{expires}"
        return hmac.new(
            self.secret.encode(), message.encode("utf-8", "surrogateescape"), "sha256"
        ).hexdigest()
