import pytest

from bench.measure.targets import Target, Verdict, verdicts

FAST = Target("throughput, x the fair view", 1.0)
SMALL = Target("exec to ready", 1.0, "at most", "s")


@pytest.mark.parametrize(
    ("target", "value", "told"),
    [
        (FAST, 1.0, "met"),
        (FAST, 1.3, "met"),
        (FAST, 0.84, "missed by 16%"),
        (FAST, 0.996, "missed by 0.4%"),
        (SMALL, 1.0, "met"),
        (SMALL, 0.6, "met"),
        (SMALL, 1.5, "missed by 50%"),
    ],
)
def test_a_target_is_met_or_missed_by_so_much(target: Target, value: float, told: str) -> None:
    """The bound itself is still right, on whichever side right is."""
    verdict = Verdict(target, value)
    assert (verdict.met, verdict.told) == (told == "met", told)


def test_what_was_not_measured_is_not_met() -> None:
    """And says why."""
    verdict = Verdict(FAST, None, "no Java 21")
    assert not verdict.met
    assert verdict.told == "not measured: no Java 21"


def test_the_table_has_figure_bound_and_verdict() -> None:
    """A line a target."""
    table = verdicts([Verdict(FAST, 0.5), Verdict(SMALL, 0.6), Verdict(SMALL, None, "quick")])
    assert table.rows == [
        ("throughput, x the fair view", "0.50", "at least 1", "missed by 50%"),
        ("exec to ready", "0.60 s", "at most 1 s", "met"),
        ("exec to ready", "-", "at most 1 s", "not measured: quick"),
    ]
