"""SeededRandom: chance that depends on what it is drawn for and nothing else."""

from collections import Counter

from hypothesis import given, strategies as st

from ogrom.catalogue.demo.seeded_random import SeededRandom


def test_draws_are_pinned() -> None:
    """These numbers are the same on every machine and version; to change them is to change every demo."""
    draws = SeededRandom(2015, "product", 7)
    assert [draws.below(1000) for _ in range(6)] == [239, 656, 909, 933, 165, 445]


@given(st.integers(), st.text(max_size=9), st.integers(), st.integers(1, 10**6))
def test_draws_lie_below_their_limit(seed: int, kind: str, number: int, limit: int) -> None:
    """However many draws are made, each lies within its limits."""
    draws = SeededRandom(seed, kind, number)
    assert all(0 <= draws.below(limit) < limit for _ in range(100))


@given(st.integers(-50, 50), st.integers(0, 50))
def test_between_includes_both_ends(low: int, span: int) -> None:
    """`between` stays between its ends and can reach them."""
    draws = SeededRandom(1, "between", low)
    drawn = {draws.between(low, low + span) for _ in range(40 * (span + 1))}
    assert drawn <= set(range(low, low + span + 1))
    assert span > 3 or drawn == set(range(low, low + span + 1))


def test_draws_are_even() -> None:
    """Over many records each option comes about as often as the others."""
    picked = Counter(SeededRandom(1, "even", number).pick("abcd") for number in range(8000))
    assert all(1850 < picked[option] < 2150 for option in "abcd")


def test_percent() -> None:
    """A chance of thirty comes true in about thirty of a hundred draws."""
    draws = SeededRandom(1, "percent", 1)
    assert 2800 < sum(draws.percent(30) for _ in range(10_000)) < 3200
