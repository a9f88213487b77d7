"""How deep content is nested, told before anybody decodes it."""

import json
import time

import pytest
from hypothesis import given, strategies as st

from ogrom.http.content import MAX_LEVELS, json_is_deep


def nested(levels: int) -> object:
    value: object = 1
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


@pytest.mark.parametrize(
    ("levels", "deep"), [(0, False), (1, False), (MAX_LEVELS, False), (MAX_LEVELS + 1, True)]
)
def test_the_limit_is_exact(levels: int, deep: bool) -> None:
    """As many levels as allowed pass, one more does not."""
    assert json_is_deep(json.dumps(nested(levels)).encode()) is deep


def test_what_stands_in_a_text_is_no_level() -> None:
    """Brackets in strings and closed ones beside one another do not add up."""
    assert not json_is_deep(json.dumps(["[{" * 200, '\\"[[' * 200]).encode())
    assert not json_is_deep(b"[" + b"[], " * 500 + b"{}]")


JSON = st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(JSON)
def test_ordinary_content_passes(value: object) -> None:
    """Whatever hypothesis thinks of."""
    assert not json_is_deep(json.dumps(value).encode())


@pytest.mark.parametrize(
    "content", [b'"' + b'\\"' * 500_000 + b"[" * 200, b'["' + b"\\" * 999_999 + b"[" * 200]
)
def test_text_that_does_not_end_takes_no_time(content: bytes) -> None:
    """A megabyte of escaped quotes is looked at once, not once a quote."""
    start = time.thread_time()
    assert not json_is_deep(content)
    assert time.thread_time() - start < 5  # milliseconds; looking again at each quote takes hours
