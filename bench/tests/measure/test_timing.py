import pytest
from hypothesis import given, strategies as st

from bench.measure.timing import Sample, Spread, ratio, rounds

times = st.floats(0.001, 1000)


def test_contenders_take_turns() -> None:
    """All come once before any comes twice, and every second round goes backwards."""
    asked: list[str] = []

    def measure(name: str) -> int:
        asked.append(name)
        return len(asked)

    found = rounds(("a", "b", "c"), measure, 3)
    assert "".join(asked) == "abccbaabc"
    assert found == {"a": (1, 6, 7), "b": (2, 5, 8), "c": (3, 4, 9)}


def test_a_ratio_is_of_the_same_round() -> None:
    """A machine that slows down from round to round does not change it."""
    slow, fast = Sample((2.0, 20.0, 200.0)), Sample((1.0, 10.0, 100.0))
    assert ratio(slow, fast) == Spread(2.0, 2.0, 2.0)


def test_a_ratio_has_its_quartiles() -> None:
    """They are around the median of the rounds."""
    spread = ratio(Sample((1.0, 2.0, 3.0, 4.0, 5.0)), Sample((1.0,) * 5))
    assert spread == Spread(2.0, 3.0, 4.0)
    assert str(spread) == "3.00 (2.00-4.00)"


def test_one_round_has_no_spread() -> None:
    """Quartiles and median are its value."""
    assert Sample((3.0,)).spread == Spread(3.0, 3.0, 3.0)


def test_rounds_that_do_not_fit_are_refused() -> None:
    """They were not measured together."""
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        ratio(Sample((1.0, 2.0)), Sample((1.0,)))


@given(st.lists(st.tuples(times, times), min_size=1, max_size=9), times)
def test_a_ratio_lies_within_its_rounds(pairs: list[tuple[float, float]], factor: float) -> None:
    """Low, middle and high are in order and between the extremes; against itself all are 1."""
    above, below = (Sample.of(each) for each in zip(*pairs, strict=True))
    found = ratio(above, below)
    seen = [over / under for over, under in pairs]
    slack = 1 + 1e-9
    assert min(seen) / slack <= found.low <= found.middle * slack
    assert found.middle <= found.high * slack <= max(seen) * slack**2
    assert ratio(above, above) == Spread(1.0, 1.0, 1.0)
    times_as_much = ratio(Sample.of(each * factor for each in above.values), above)
    assert times_as_much.middle == pytest.approx(factor)
