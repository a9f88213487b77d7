import pytest

from bench.measure.options import command, minutes


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "./dev bench cold"),
        (["--rounds", "3", "--docs", "/home/somebody/docs"], "./dev bench cold --rounds 3"),
        (["--docs=/home/somebody/docs", "--quick"], "./dev bench cold --quick"),
        (["--docs", "docs", "--peers", "ogrom,fastapi"], "./dev bench cold --peers ogrom,fastapi"),
    ],
)
def test_a_command_can_be_repeated_by_others(arguments: list[str], told: str) -> None:
    """It has everything that decides the figures, and no private path."""
    assert command("cold", arguments) == told


def test_times_are_told_as_people_do() -> None:
    """In seconds, or in minutes."""
    assert (minutes(48.4), minutes(89), minutes(91), minutes(1200)) == ("48 s", "89 s", "2 min", "20 min")
