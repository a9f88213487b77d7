"""The header `Ogrom-Trace`."""

import re
from collections.abc import Callable
from dataclasses import replace

from ogrom.http import GRAPH
from ogrom.http.trace import Trace, Visit
from ogrom.http.trace.header import trace_value

KEY, MEMBER = r"[a-z][a-z0-9_]*", r"(=\?0|=[a-z]+)?"
DICTIONARY = re.compile(rf'({KEY}{MEMBER}, )*{KEY}=\d{{3}};id="[0-9a-f]{{16}}";us=\d+')


def test_it_tells_the_way(trace: Callable[..., Trace]) -> None:
    """True stands alone, False has `?0`, the handler its status."""
    value = trace_value(trace())
    assert DICTIONARY.fullmatch(value)
    assert value.startswith("initialize_context, service_available, too_many_requests=?0, known_method, ")
    assert ", multiple_representations=?0, handle_ok=200;id=" in value


def test_it_tells_other_ways(trace: Callable[..., Trace]) -> None:
    """What is not there, what is refused and what has not changed."""
    assert ", exists=?0, method_put=?0, existed=?0, " in trace_value(trace(thing_id=3))
    assert ", handle_not_found=404;" in trace_value(trace(thing_id=3))
    assert "method_allowed=?0, handle_method_not_allowed=405;" in trace_value(trace("DELETE"))
    tag = dict(trace().response_headers)["ETag"]
    unchanged = trace_value(trace(headers={"If-None-Match": tag}))
    assert ", etag_matches_for_if_none, if_none_match, handle_not_modified=304;" in unchanged


def test_it_tells_what_raised(trace: Callable[..., Trace]) -> None:
    """And where that was explained."""
    assert ", exists=raised, handle_exception=500;" in trace_value(trace(thing_id=2))


def test_it_stays_far_below_what_proxies_allow(trace: Callable[..., Trace]) -> None:
    """Even a path through every node of the graph would be shorter than 4 KiB."""
    every = tuple(Visit(node.name, None, False, "", 0.0) for node in GRAPH)
    assert len(trace_value(replace(trace(), visits=every, microseconds=1e9))) < 4096
