"""traceparent."""

import re
import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ogrom.operations.imports import SPAN_ENDPOINTS
from ogrom.operations.requests import Served
from ogrom.operations.tracing import (
    MAX_TRACESTATE,
    TRACEPARENT,
    Telemetry,
    Traceparent,
    new_trace,
    parsed,
    passed_on,
    trace_id_of,
)

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


MEMBERS = st.lists(
    st.from_regex(r"[a-z][a-z0-9]{0,8}=[\x21-\x2b\x2d-\x3c\x3e-\x7e]{1,200}", fullmatch=True), max_size=32
)


@pytest.mark.parametrize(
    "field", ["", "vendor=1", "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE,,a@b= x", "a=" + "x" * 510]
)
def test_it_goes_on_as_it_is(field: str) -> None:
    """Order, blanks and all."""
    assert passed_on(field) == field


@pytest.mark.parametrize("field", ["a=1\r\nEvil: 1", "a=1\n", "a=\x00", "a=\xfc"])
def test_what_no_field_may_hold_goes_no_further(field: str) -> None:
    """Nor does the rest, which may be as odd."""
    assert passed_on(field) == ""


def test_of_too_many_the_long_ones_go_first_and_then_the_last() -> None:
    """Never a part of one (W3C Trace Context, 3.3)."""
    long = "long=" + "x" * 200
    short = [f"v{number:02}=" + "x" * 60 for number in range(10)]
    assert passed_on(",".join([short[0], long, *short[1:]])) == ",".join(short[:7])
    assert passed_on("a=" + "x" * MAX_TRACESTATE) == ""


@given(MEMBERS)
def test_what_goes_on_is_bounded_and_whole(members: list[str]) -> None:
    """Members of what was sent, in their order, and all of them where there is room."""
    sent = ",".join(members)
    gone_on = passed_on(sent)
    assert len(gone_on) <= MAX_TRACESTATE
    rest = iter(members)
    assert all(each in rest for each in gone_on.split(",") if each)
    assert gone_on == sent or len(sent) > MAX_TRACESTATE


def begun(field: str | None) -> str:
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET"}
    if field is not None:
        environ["HTTP_TRACEPARENT"] = field
    Telemetry({}, "1", "").begin(Served(environ))
    ours: str = environ[TRACEPARENT]
    return ours


@pytest.mark.parametrize("flags", ["00", "01"])
def test_a_callers_trace_goes_on_with_a_span_of_our_own(flags: str) -> None:
    """The same trace, recorded or not as the caller's."""
    ours = parsed(begun(f"00-{TRACE}-{SPAN}-{flags}"))
    assert ours is not None
    assert (ours.trace_id, ours.flags) == (TRACE, flags)
    assert ours.span_id != SPAN


@pytest.mark.parametrize("sent", [None, "", "nonsense", f"00-{TRACE}-{'0' * 16}-01"])
def test_otherwise_a_trace_begins(sent: str | None) -> None:
    """Each its own."""
    one, other = parsed(begun(sent)), parsed(begun(sent))
    assert one is not None
    assert other is not None
    assert TRACE != one.trace_id != other.trace_id


def test_without_the_extra_the_log_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the service serves."""
    monkeypatch.setenv(SPAN_ENDPOINTS[1], "http://127.0.0.1:1/v1/traces")
    monkeypatch.setitem(sys.modules, "ogrom.operations.spans", None)
    telemetry = Telemetry({}, "1", "")
    telemetry.start()
    assert "install ogrom-operations[telemetry]" in caplog.text
    served = Served({"REQUEST_METHOD": "GET"})
    telemetry.begin(served)
    telemetry.end(served)
    assert parsed(served.environ[TRACEPARENT]) is not None
