"""tracestate."""

import pytest
from hypothesis import given, strategies as st

from ogrom.run.tracestate import LONGEST, passed_on

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
    assert passed_on("a=" + "x" * LONGEST) == ""


@given(MEMBERS)
def test_what_goes_on_is_bounded_and_whole(members: list[str]) -> None:
    """Members of what was sent, in their order, and all of them where there is room."""
    sent = ",".join(members)
    gone_on = passed_on(sent)
    assert len(gone_on) <= LONGEST
    rest = iter(members)
    assert all(each in rest for each in gone_on.split(",") if each)
    assert gone_on == sent or len(sent) > LONGEST
