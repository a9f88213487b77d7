"""traceparent: which trace a request belongs to, and who calls (W3C Trace Context, 3.2)."""

import re
from dataclasses import dataclass

from ogrom.http.flask import new_id

from .served import Environ

TRACEPARENT = "ogrom.traceparent"
"""Where the WSGI environment has the traceparent of our own span of the request."""

_FIELD = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


@dataclass(frozen=True, slots=True)
class Traceparent:
    """A span of a trace.

    Attributes:
        trace_id: 32 hex digits, the same in every service that the request comes to.
        span_id: 16 hex digits: the caller's part of the trace, or ours.
        flags: 2 hex digits; `01` says that somebody recorded it.
    """

    trace_id: str
    span_id: str
    flags: str = "00"

    def child(self) -> "Traceparent":
        """A span of our own in the same trace, recorded or not as the caller's."""
        return Traceparent(self.trace_id, new_id(), self.flags)

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def new_trace() -> str:
    """The traceparent of a span that begins a trace, which nobody has recorded."""
    return f"00-{new_id()}{new_id()}-{new_id()}-00"


def parsed(field: str) -> Traceparent | None:
    """The caller's span; None where the field is not valid, as if it had not been sent.

    Of a version that we do not know the parts are read that every version has (3.2.4).

    Args:
        field: the value of the header field `traceparent`.
    """
    found = _FIELD.fullmatch(field)
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not (int(trace_id, 16) and int(span_id, 16)):
        return None
    # Of the flags of another version only `sampled` is known to mean the same.
    return Traceparent(trace_id, span_id, flags if version == "00" else f"{int(flags, 16) & 1:02x}")


def trace_id_of(environ: Environ) -> str:
    """The id of the trace that a request belongs to; empty where nobody has said it yet."""
    ours: str = environ.get(TRACEPARENT, "")
    return ours[3:35]
