"""Sums over results, and the profile that they come from."""

from dataclasses import replace
from itertools import islice

from ogrom_rehearsal.load import Profile, RequestResult, Stage, Summary, Target


def result(at: float, seconds: float = 0.01, **said: object) -> RequestResult:
    return RequestResult(at=at, seconds=seconds, lag=0.0, path="/", **{"status": 200, **said})  # type: ignore[arg-type]


def test_what_is_not_accounted_for_has_failed() -> None:
    """A request that the generator lost sight of is not a good one."""
    summary = Summary.of([result(1.0), result(0.0, fault="reset", status=0)], planned=5)
    assert (summary.failed, summary.faults) == (4, {"reset": 1, "unaccounted": 3})
    assert "5 requests, 4 failed (1 reset, 3 unaccounted)" in str(summary)


def test_parts_of_a_tally() -> None:
    """By time, by release, and the first ones."""
    results = [result(10.0 + number / 4, release="v1" if number < 6 else "v2") for number in range(10)]
    summary = Summary.of(reversed(results))
    assert summary.releases == {"v1": 6, "v2": 4}
    assert summary.between(release="v2").first(2).results == tuple(results[6:8])
    assert summary.between(11.0, 12.0).results == tuple(results[4:8])


def test_moments_are_evenly_spread() -> None:
    """Each stage begins where the one before ends, and has rate times seconds requests."""
    profile = Profile((Stage(2, 1), Stage(4, 0.5)), (Target("/"),))
    assert list(profile.schedule()) == [0.0, 0.5, 1.0, 1.25]
    assert (profile.requests, profile.seconds) == (4, 1.5)


def test_moments_may_be_random() -> None:
    """In order, within their stage, and the same each time."""
    profile = Profile((Stage(100, 1), Stage(10, 1)), (Target("/"),), at_random=True)
    moments = list(profile.schedule())
    assert moments == sorted(moments) == list(profile.schedule())
    assert (len(moments), sum(each < 1 for each in moments)) == (110, 100)
    assert moments != list(replace(profile, at_random=False).schedule())


def test_targets_come_by_their_weights() -> None:
    """The order is random and the same each time."""
    profile = Profile.steady(1, 1, Target("/often", weight=9), Target("/seldom"))
    choices = list(islice(profile.choices(), 2000))
    assert choices == list(islice(profile.choices(), 2000))
    assert 0.07 < sum(target.path == "/seldom" for target, _ in choices) / 2000 < 0.13
    assert 0.03 < sum(fresh for _, fresh in choices) / 2000 < 0.07
