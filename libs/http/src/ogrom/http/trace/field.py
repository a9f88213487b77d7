"""The response header `Ogrom-Trace`: the path through the graph, as a Dictionary (RFC 9651, section 3.2).

    Ogrom-Trace: initialize_context, service_available, too_many_requests=?0, ..., exists, ...,
        handle_ok=200;id="4f1d5f0c9a3b2e17";us=412

The keys are the nodes in the order they were asked. A node that answered True stands alone, one that answered False
has `=?0`, one that raised has `=raised`. The last one is the handler: its value is the response's status, its
parameters are the trace's id and the microseconds that the request took. No node is asked twice, so all nodes of the
graph together bound the length: below 4 KiB, where proxies commonly allow 8.
"""

from __future__ import annotations

from .record import Trace, Visit

NAME = "Ogrom-Trace"


def field_value(trace: Trace) -> str:
    """The field's value for this trace."""
    *way, end = trace.visits
    parameters = f';id="{trace.id}";us={round(trace.microseconds)}'
    return ", ".join((*map(_member, way), f"{end.name}={trace.status}{parameters}"))


def _member(visit: Visit) -> str:
    if visit.answer is None:
        return f"{visit.name}=raised"
    return visit.name if visit.answer else f"{visit.name}=?0"
