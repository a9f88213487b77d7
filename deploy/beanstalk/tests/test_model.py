"""The values of a deployment."""

from dataclasses import replace

import pytest

from ogrom_deploy.model import Environment, Figures, Fleet, Instance, all_to

RUNNING = Environment("green", "v2", 2, (Instance("a", "v2", "ok"), Instance("b", "v2", "ok")), True, 1.0)


def fleet(blue: int) -> Fleet:
    return Fleet(replace(RUNNING, colour="blue"), RUNNING, {"blue": blue, "green": 100 - blue})


@pytest.mark.parametrize(("blue", "live", "idle"), [(100, "blue", "green"), (1, "green", "blue")])
def test_live_is_what_most_traffic_goes_to(blue: int, live: str, idle: str) -> None:
    """The share decides which environment is live, and the other one is idle."""
    assert (fleet(blue).live, fleet(blue).idle) == (live, idle)
    assert fleet(all_to("blue")["blue"]).live == "blue"


@pytest.mark.parametrize(
    "broken",
    [
        replace(RUNNING, steady=False),
        replace(RUNNING, wanted=3),
        replace(RUNNING, instances=(*RUNNING.instances, Instance("c", "v1", "ok"))),
        replace(RUNNING, instances=(*RUNNING.instances, Instance("c", "v2", "pending"))),
        replace(RUNNING, wanted=0, instances=()),
    ],
)
def test_an_environment_serves_with_all_of_its_instances(broken: Environment) -> None:
    """One that is missing, of another version or not healthy is enough to say no."""
    assert RUNNING.serves("v2")
    assert not RUNNING.serves("v1")
    assert not broken.serves("v2")


def test_the_error_rate_of_nothing_is_none() -> None:
    """Without requests there is no error."""
    assert Figures(0, 0, 0.0, 0.0).error_rate == 0.0
    assert Figures(200, 1, 0.0, 0.0).error_rate == 0.005
