"""What a plan holds for every state that a fleet can be found in."""

from dataclasses import replace

import pytest

from ogrom_deploy.model import Colour, Environment, Fleet, Instance, Version
from ogrom_deploy.plan import MatchCapacity, Plan, Refused, Shift, Watch, plan
from ogrom_deploy.policy import Policy

V2 = Version("v2")
POLICY = Policy()
WAY = [
    "Publish",
    "Deploy",
    "MatchCapacity",
    "AwaitHealth",
    "Smoke",
    "WarmUp",
    *["Shift", "Watch"] * 4,
    "WaitForDrain",
]


def side(colour: Colour, version: str, instances: int = 2) -> Environment:
    each = tuple(Instance(f"{colour}-{number}", version, "ok") for number in range(instances))
    return Environment(colour, version, instances, each, True, 0.0)


def fleet(blue: str = "v1", green: str = "", weight: int = 0, blues: int = 2, greens: int = 2) -> Fleet:
    """Green has so much of the traffic."""
    weights: dict[Colour, int] = {"blue": 100 - weight, "green": weight}
    return Fleet(side("blue", blue, blues), side("green", green, greens), weights)


def names(decided: Plan) -> list[str]:
    return [type(each).__name__ for each in decided.steps]


def shifts(decided: Plan) -> list[int]:
    return [each.weight for each in decided.steps if isinstance(each, Shift)]


def test_a_new_version_goes_the_whole_way() -> None:
    """To the idle side, and through every gate to all of the traffic."""
    decided = plan(V2, fleet(greens=0), POLICY)
    assert names(decided) == WAY
    assert (decided.colour, decided.before, decided.origin) == ("green", "v1", "blue")
    assert shifts(decided) == [1, 10, 50, 100]
    assert decided.summary == "A new version: v1 on blue -> v2 on green"
    assert decided.expected == sum(each.expected for each in decided.steps) > 300


def test_the_idle_side_gets_the_capacity_of_the_live_one() -> None:
    """Never less than the policy says, and nothing is taken from a side that has more."""
    wanted = [
        each.instances for each in plan(V2, fleet(blues=5), POLICY).steps if isinstance(each, MatchCapacity)
    ]
    assert wanted == [5]
    assert "MatchCapacity" not in names(plan(V2, fleet(blues=2, greens=3), POLICY))
    first = plan(V2, fleet(blue="", blues=0, greens=0), replace(POLICY, instances=3))
    assert [each.instances for each in first.steps if isinstance(each, MatchCapacity)] == [3]


def test_a_version_on_the_idle_side_is_not_deployed_again() -> None:
    """It is looked at, smoke-tested, warmed up and shifted to."""
    decided = plan(V2, fleet(green="v2"), POLICY)
    assert names(decided) == WAY[3:]
    assert decided.summary.startswith("v2 is deployed on green already")


def test_the_way_back_is_short() -> None:
    """A rollback is the same plan by another policy: at once, and nothing is built."""
    decided = plan(Version("v1"), fleet(green="v2", weight=100), POLICY.back())
    assert names(decided) == ["AwaitHealth", "Smoke", "WarmUp", "Shift", "WaitForDrain"]
    assert (decided.colour, shifts(decided)) == ("blue", [100])


def test_what_is_live_needs_nothing() -> None:
    """The plan is empty and says so."""
    decided = plan(Version("v1"), fleet(green="v2"), POLICY)
    assert decided.steps == ()
    assert decided.summary == "v1 is live on blue already."


@pytest.mark.parametrize(
    ("weight", "left"),
    [
        (
            1,
            [
                ("Watch", 1),
                ("Shift", 10),
                ("Watch", 10),
                ("Shift", 50),
                ("Watch", 50),
                ("Shift", 100),
                ("Watch", 100),
            ],
        ),
        (10, [("Watch", 10), ("Shift", 50), ("Watch", 50), ("Shift", 100), ("Watch", 100)]),
        (30, [("Shift", 50), ("Watch", 50), ("Shift", 100), ("Watch", 100)]),
        (90, [("Shift", 100), ("Watch", 100)]),
    ],
)
def test_an_interrupted_deployment_goes_on(weight: int, left: list[tuple[str, int]]) -> None:
    """Health is looked at again, the share that it has is watched again, then come the larger ones."""
    decided = plan(V2, fleet(green="v2", weight=weight), POLICY)
    assert names(decided)[0] == "AwaitHealth"
    assert names(decided)[-1] == "WaitForDrain"
    got = [(type(each).__name__, each.weight) for each in decided.steps if isinstance(each, Shift | Watch)]
    assert got == left
    assert decided.summary.startswith("An interrupted deployment goes on")


def test_what_was_not_watched_to_its_end_is_watched_again() -> None:
    """The fleet looks as if all were done; a person is told why it is not, and where a failure would lead."""
    decided = plan(V2, fleet(green="v2", weight=100), POLICY, unfinished=True)
    assert names(decided) == ["Watch", "WaitForDrain"]
    assert [each.weight for each in decided.steps if isinstance(each, Watch)] == [100]
    assert decided.expected == POLICY.soak + POLICY.drain
    assert "rolls back to v1" in decided.notes[0]


@pytest.mark.parametrize("weight", [0, 1, 50])
def test_half_way_the_fleet_says_it_all(weight: int) -> None:
    """What comes after the last shift is left anyway, and once."""
    seen = fleet(green="v2", weight=weight)
    assert plan(V2, seen, POLICY, unfinished=True) == plan(V2, seen, POLICY)


def test_what_was_scaled_down_had_been_watched() -> None:
    """And there is no way back any more that could bear the traffic."""
    policy = replace(POLICY, scale_down=1)
    assert plan(V2, fleet(green="v2", weight=100, blues=1), policy, unfinished=True).steps == ()
    again = plan(V2, fleet(green="v2", weight=100), policy, unfinished=True)
    assert names(again) == ["Watch", "WaitForDrain", "Keep", "ScaleDown"]


def test_a_half_done_deployment_is_done_again() -> None:
    """An instance that runs something else means that the order was not carried out."""
    half = fleet(green="v2")
    strange = replace(half.green, instances=(half.green.instances[0], Instance("x", "v0", "ok")))
    assert names(plan(V2, replace(half, green=strange), POLICY)) == ["Deploy", *WAY[3:]]


def test_the_old_side_is_scaled_down_where_the_policy_says_so() -> None:
    """After the rollback window; also if only that is left."""
    policy = replace(POLICY, scale_down=0, rollback_window=3600.0)
    assert names(plan(V2, fleet(), policy))[-2:] == ["Keep", "ScaleDown"]
    left = plan(V2, fleet(green="v2", weight=100), policy)
    assert names(left) == ["Keep", "ScaleDown"]
    assert left.summary == "v2 is live on green already; what is left:"
    assert plan(V2, fleet(green="v2", weight=100, blues=0), policy).steps == ()


def test_a_busy_fleet_is_refused() -> None:
    """Whichever side is busy, with its causes."""
    for colour in ("blue", "green"):
        found = fleet()
        busy = replace(found.blue if colour == "blue" else found.green, steady=False, causes=("updating",))
        changed = replace(found, blue=busy) if colour == "blue" else replace(found, green=busy)
        with pytest.raises(Refused, match=f"{colour} is still busy with the last order \\(updating\\)"):
            plan(V2, changed, POLICY)


def test_no_third_version_comes_between_two() -> None:
    """While the traffic is divided, no side is free for it; either of the two may have it."""
    divided = fleet(green="v2", weight=50)
    with pytest.raises(Refused, match="divided between two other versions"):
        plan(Version("v3"), divided, POLICY)
    assert shifts(plan(V2, divided, POLICY)) == [100]
    assert shifts(plan(Version("v1"), divided, POLICY)) == [100]


def test_a_plan_warns_where_an_abort_would_lead_to() -> None:
    """A live side that is not healthy is no reason not to mend it."""
    found = fleet()
    ill = replace(found.blue, instances=found.blue.instances[:1], causes=("one is gone",))
    decided = plan(V2, replace(found, blue=ill), POLICY)
    assert names(decided) == ["Publish", "Deploy", *WAY[3:]]
    assert any("blue, which has traffic, is not healthy (one is gone)" in each for each in decided.notes)


def test_every_step_tells_what_it_does() -> None:
    """In a line of its own that is not too long for a table."""
    policy = replace(POLICY, scale_down=1, rollback_window=60.0)
    titles = [each.title for each in plan(V2, fleet(greens=0), policy).steps]
    assert len(set(titles)) == len(titles)
    assert all(titles)
    assert max(map(len, titles)) <= 70
