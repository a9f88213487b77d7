"""traceparent."""

import re

import pytest
from hypothesis import given, strategies as st

from ogrom.run.traceparent import TRACEPARENT, Traceparent, new_trace, parsed, trace_id_of

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
VALID = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    ("field", "flags"),
    [
        (VALID, "01"),
        (f"00-{TRACE}-{SPAN}-00", "00"),
        (f"00-{TRACE}-{SPAN}-03", "03"),
        (f"01-{TRACE}-{SPAN}-09", "01"),
        (f"cc-{TRACE}-{SPAN}-01-what-is-to-come", "01"),
    ],
)
def test_a_callers_span_is_read(field: str, flags: str) -> None:
    """Of a version of the future, too, what every version has."""
    assert parsed(field) == Traceparent(TRACE, SPAN, flags)


@pytest.mark.parametrize(
    "field",
    [
        "",
        VALID.upper(),
        VALID + "-more",
        VALID + "\r\nEvil: 1",
        VALID + "\n",
        f"ff-{TRACE}-{SPAN}-01",
        f"cc-{TRACE}-{SPAN}-01x",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"{VALID}, {VALID}",
    ],
)
def test_what_is_not_valid_is_as_if_it_had_not_been_sent(field: str) -> None:
    """W3C Trace Context, 3.2.2: a receiver must not use it."""
    assert parsed(field) is None


@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.integers(0, 255))
def test_what_is_written_is_read_again(trace: int, span: int, flags: int) -> None:
    """And its child is another span of the same trace, with the same flags."""
    caller = Traceparent(f"{trace:032x}", f"{span:016x}", f"{flags:02x}")
    assert parsed(str(caller)) == caller
    ours = parsed(str(caller.child()))
    assert ours is not None
    assert (ours.trace_id, ours.flags) == (caller.trace_id, caller.flags)
    assert ours.span_id != caller.span_id


def test_a_trace_begins_at_random_and_unrecorded() -> None:
    """Nobody who gets it is told to record what we did not."""
    one, other = new_trace(), new_trace()
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", one)
    read, another = parsed(one), parsed(other)
    assert read is not None
    assert another is not None
    assert read.trace_id != another.trace_id
    assert str(read) == one


def test_the_id_is_found_in_the_environment() -> None:
    """Or nothing is, where nobody has said it."""
    assert trace_id_of({TRACEPARENT: VALID}) == TRACE
    assert trace_id_of({}) == ""
