"""Sources whose calls are recorded."""

from ogrom.http.trace.instrument import recorded


class Source:
    limit = 7

    def numbers(self, ctx: object, *, count: int) -> list[int]:
        return list(range(count))


def test_without_a_trace_calls_are_as_they_are() -> None:
    """Nothing is recorded."""
    assert recorded(Source(), "numbers").numbers(None, count=3) == [0, 1, 2]


def test_what_is_no_method_is_as_it_is() -> None:
    """And methods keep their names."""
    source = recorded(Source(), "numbers")
    assert source.limit == 7
    assert source.numbers.__name__ == "numbers"
    assert repr(source).startswith("recorded(")
